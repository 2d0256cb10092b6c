import { LOOK_MS } from './limits.ts';
import { listen, safely } from './safely.ts';

declare global {
  interface Document {
    /** Chromium's; not in TypeScript's DOM library. */
    readonly prerendering?: boolean;
  }
}

/** True while the browser prepares a page that the visitor may never see. */
export const isPrerendering = () => document.prerendering;

/**
 * Reports each page view that follows the first: a client-side navigation, or a return from the back/forward cache.
 *
 * It looks at the address now and then, because routers navigate in ways that nobody else can hear of: with a `pushState`
 * that they kept from before the tag, with the prototype's, with the Navigation API. Only a new path or query counts, once
 * it has stayed for two looks or when the visitor leaves: what changes with each key that is typed is no page, and by then
 * the router has set the title.
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

/** The fragment is a place in the page. */
const pageUrl = () => location.href.replace(/#.*/, '');
