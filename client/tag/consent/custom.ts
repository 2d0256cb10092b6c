import { isYes } from '../../../worker/schema/events/consent-value.ts';
import { safely } from '../safely.ts';
import type { ConsentReader } from './consent-reader.ts';

/** How often to check a global, or a cookie in a browser that does not report changes. */
const LOOK_AGAIN_MS = 500;

/** Words that mean yes in custom banners, besides those that always do. */
const YES = /^(y|all|grant|accept|accepted|allow|allowed)$/i;

/**
 * A custom banner: reads a cookie (`data-cookie`) or a global (`data-variable`, such as `shop.consent.ads`).
 *
 * A missing or empty value is no answer yet. It is a yes if it matches the pattern `data-granted`, or else one of the words
 * for yes. Any other value is a no, and so is a value that disappears.
 */
export const custom: ConsentReader = {
  advertising: ['it'],
  read(onState, { cookie, variable = '', granted, event }) {
    const own = granted === undefined ? undefined : new RegExp(granted, 'i');
    const isGranted = (now: string) => own?.test(now) ?? (isYes(now) || YES.test(now));
    const look = () =>
      safely(() => {
        const now = cookie === undefined ? textAt(variable) : cookieText(cookie);
        onState({ isChosen: now !== '', isGranted: () => isGranted(now) });
      });
    look();
    const changes = event?.split(' ') ?? [];
    for (const type of changes) {
      window.addEventListener(type, look);
      document.addEventListener(type, look);
    }
    if (changes.length > 0) return;
    if (cookie !== undefined && 'cookieStore' in window) {
      window.cookieStore.addEventListener('change', look);
      // The listener starts late, and misses changes until then (Chromium 153, seen 2026-11).
      setTimeout(look, LOOK_AGAIN_MS);
    } else setInterval(look, LOOK_AGAIN_MS);
  },
};

/** Reads a cookie's text. js-cookie would be larger than all readers together. */
function cookieText(name: string): string {
  const start = `${name}=`;
  const text = document.cookie.split('; ').find((pair) => pair.startsWith(start));
  return decodeURIComponent(text?.slice(start.length) ?? '');
}

/** Reads a global as text. Only strings, numbers and booleans count; objects have no clear meaning. */
function textAt(path: string): string {
  let value: unknown = window;
  for (const key of path.split('.')) value = Object(value)[key];
  return typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number' ? `${value}` : '';
}
