import { LOOK_MS } from './limits.ts';
import { listen, safely } from './safely.ts';

declare global {
  interface Document {
    /** Chromium only, and missing in TypeScript's DOM library. */
    readonly prerendering?: boolean;
  }
}

/** Checks whether the browser is preparing a page that the visitor may never see. */
export const isPrerendering = () => document.prerendering;

/**
 * Reports each page view after the first: a client-side navigation, or a return from the back/forward cache.
 *
 * It polls the address, because some navigations cannot be observed: with a `pushState` saved before the tag loaded, with
 * the prototype's, or with the Navigation API. A new path or query counts once two checks find it unchanged, or when the
 * visitor leaves. So a query that changes with each key typed is no page view, and the router has time to set the title.
 */
export function watchPageViews(onPageView: (referrer: string) => void): void {
  let page = pageUrl();
  let seen = page;
  const look = (isLast?: unknown) => {
    const previousPage = page;
    const isAtRest = seen === (seen = pageUrl());
    if ((isAtRest || isLast) && seen !== previousPage) {
      page = seen;
      onPageView(previousPage);
    }
  };
  setInterval(() => safely(look), LOOK_MS);
  listen(window, 'pagehide', look);
  listen(window, 'pageshow', ({ persisted }) => persisted && onPageView(document.referrer));
}

/** Returns the address without the fragment, which is only a position in the page. */
const pageUrl = () => location.href.replace(/#.*/, '');
