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
 * Only a new path or query counts, and it is looked at in a later task: by then the router has set the title,
 * and vue-router's replaceState-then-pushState is one navigation.
 */
export function watchPageViews(onPageView: (referrer: string) => void): void {
  let page = pageUrl();
  const look = () => {
    const previousPage = page;
    page = pageUrl();
    if (page !== previousPage) onPageView(previousPage);
  };
  const lookLater = () => setTimeout(() => safely(look));
  for (const name of ['pushState', 'replaceState'] as const) {
    const original = history[name];
    history[name] = function navigate(this: History, ...args) {
      original.apply(this, args);
      lookLater();
    };
  }
  listen(window, 'popstate', lookLater);
  listen(window, 'pageshow', ({ persisted }) => persisted && onPageView(document.referrer));
}

/** The fragment is a place in the page. */
const pageUrl = () => location.href.replace(/#.*/, '');
