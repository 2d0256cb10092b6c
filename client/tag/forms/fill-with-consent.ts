/**
 * When hidden form fields may be filled.
 *
 * The tag writes the click ID's cookie with consent only, and deletes it on a withdrawal. But LinkedIn's own tag writes
 * the same cookie, whatever the visitor has answered to this one. So where the tag waits for an answer, the fields wait
 * until the tag has sent something: it sends nothing before.
 */
import { listen, safely } from '../safely.ts';

const TAGS = '[data-write-key^=wk_],[data-pipeline-key]';

const tags = (): HTMLScriptElement[] => [...document.querySelectorAll<HTMLScriptElement>(TAGS)];

/** Whether the page's tag sends nothing before the visitor has agreed. */
const isConsentRequired = (): boolean =>
  tags().some(
    ({ dataset: { consent } }) => consent === 'required' || (navigator.globalPrivacyControl && consent !== 'granted'),
  );

/** Whether a request went to the tag's own collector: other products send to a `v1/batch` too. */
const isOfTag = ({ name }: PerformanceEntry): boolean =>
  tags().some(({ dataset: { endpoint }, src }) => {
    const folder = (endpoint ?? src.replace(/(df\/\d.*|[^/]*)$/, '')).replace(/\/*$/, '/');
    return name === new URL(`${folder}v1/batch`, location.href).href;
  });

/**
 * Fills the fields now, when the visitor agrees, when a cookie changes, and at the visitor's next action, before the
 * page's own listeners run: a page may add fields at any time.
 *
 * @param fill Empties the fields when it gets false.
 * @returns Fills them once more.
 */
export function fillWithConsent(fill: (isAllowed: boolean) => void): () => void {
  let hasSent = false;
  const now = (): unknown => safely(() => fill(hasSent || !isConsentRequired()));
  const look = (entries: PerformanceEntryList): void => {
    if (hasSent || !entries.some(isOfTag)) return;
    hasSent = true;
    now();
  };
  // Older browsers have no such list: there, the fields stay empty where consent is required.
  safely(() => look(performance.getEntriesByType('resource')));
  safely(() => new PerformanceObserver((list) => look(list.getEntries())).observe({ type: 'resource' }));
  now();
  listen(document, 'DOMContentLoaded', now);
  // By then the tag has run, and has written the cookie of a new click.
  listen(window, 'load', now);
  for (const type of ['focusin', 'pointerdown', 'click', 'submit'])
    window.addEventListener(type, now, { capture: true, passive: true });
  // After a withdrawal, a page may send its form without any of these events.
  safely(() => Reflect.get(window, 'cookieStore').addEventListener('change', now));
  return now;
}
