import { isYes } from '../../../worker/schema/events/consent-value.ts';
import { safely } from '../safely.ts';
import type { Reader } from './answer.ts';

/** For what announces no change: a global, or a cookie where the browser does not tell. */
const LOOK_AGAIN_MS = 500;

/** What banners of one's own say besides the words that are a yes everywhere. */
const YES = /^(y|all|grant|accept|accepted|allow|allowed)$/i;

/**
 * A banner of your own: a cookie (`data-cookie`) or a global (`data-variable`, such as `shop.consent.ads`).
 *
 * Absent or empty is no answer yet. It is a yes if it matches the pattern `data-granted`, or says so in a word of its
 * own; anything else is a no, and so is its end.
 */
export const custom: Reader = {
  advertising: ['it'],
  read(onAnswer, { cookie, variable = '', granted, event }) {
    const own = granted === undefined ? undefined : new RegExp(granted, 'i');
    const isGranted = (now: string) => own?.test(now) ?? (isYes(now) || YES.test(now));
    const look = () =>
      safely(() => {
        const now = cookie === undefined ? textAt(variable) : cookieText(cookie);
        onAnswer({ isChosen: now !== '', isGranted: () => isGranted(now) });
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
      // A browser takes a moment to listen, and tells nothing of what changed meanwhile (Chromium 153, seen 2026-11).
      setTimeout(look, LOOK_AGAIN_MS);
    } else setInterval(look, LOOK_AGAIN_MS);
  },
};

/** Without js-cookie, which is larger than all readers: of a cookie that is not ours, only the text is wanted. */
function cookieText(name: string): string {
  const start = `${name}=`;
  const text = document.cookie.split('; ').find((pair) => pair.startsWith(start));
  return decodeURIComponent(text?.slice(start.length) ?? '');
}

/** A word, a number or a yes or no; an object has no word for what it means. */
function textAt(path: string): string {
  let value: unknown = window;
  for (const key of path.split('.')) value = Object(value)[key];
  return typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number' ? `${value}` : '';
}
