/**
 * `df-consent.js`: tells the tag what a consent platform says, and each change of it.
 *
 *   <script async src="…/df-consent.js" data-from="onetrust"></script>
 *
 * A file of its own, so that no page pays for platforms that it does not have. It and the tag may arrive in either order,
 * and so may the platform.
 */
import { safely } from '../safely.ts';
import type { Answer, Reader } from './answer.ts';
import { cookiebot } from './cookiebot.ts';
import { custom } from './custom.ts';
import { didomi } from './didomi.ts';
import { google } from './google.ts';
import { onetrust } from './onetrust.ts';
import { osano } from './osano.ts';
import { tcf } from './tcf.ts';
import { usercentrics } from './usercentrics.ts';

const READERS = new Map<string, Reader>(
  Object.entries({ tcf, google, onetrust, cookiebot, didomi, usercentrics, osano, custom }),
);

const OWN = 'script[data-from]';

try {
  const own = document.currentScript;
  // As with the tag itself (`../script.ts`): a module, for example, has no current script.
  const scripts = own?.matches(OWN) ? [own] : [...document.querySelectorAll<HTMLScriptElement>(OWN)];
  for (const { dataset } of scripts.length > 0 ? scripts : [{ dataset: {} }]) begin(dataset);
} catch {
  // A page that has broken what this needs. It goes on, and the tag waits.
}

function begin(attributes: Readonly<Partial<Record<string, string>>>): void {
  try {
    start(attributes);
  } catch (error) {
    // A mistake in the attributes, for whoever wrote them; the page goes on.
    console.warn('Directflight: cannot read consent.', error);
  }
}

function start({ from = '', categories, ...settings }: Readonly<Partial<Record<string, string>>>): void {
  const reader = READERS.get(from);
  if (reader === undefined)
    throw new Error(`data-from is "${from}", expected one of ${[...READERS.keys()].join(', ')}`);
  const wanted = wantedIn(categories ?? `advertising=${reader.advertising.join('+')}`);
  let said: Readonly<Record<string, boolean>> = {};
  const onAnswer = ({ isChosen, isGranted }: Answer): void => {
    const changed = Object.entries(wanted).flatMap(([category, theirs]) => {
      const isYes = theirs.every((name) => isGranted(name));
      // Without a choice, the platform's no is only "not yet", and its yes counts less than the browser's own no.
      const isAnswer = isChosen || (isYes ? !navigator.globalPrivacyControl : said[category] === true);
      return isAnswer && said[category] !== isYes ? [[category, isYes] as const] : [];
    });
    if (changed.length === 0) return;
    said = { ...said, ...Object.fromEntries(changed) };
    tellTag(settings['global'] ?? '_df', { ...said, source: from });
  };
  reader.read((answer) => safely(() => onAnswer(answer)), settings);
}

/** Reads `advertising=C0004 analytics=C0002+C0003`: our categories, and what has to be granted for each. */
function wantedIn(categories: string): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    categories
      .split(' ')
      .filter(Boolean)
      .map((pair) => {
        const [ours = '', theirs = ours] = pair.split('=');
        return [ours, theirs.split('+')];
      }),
  );
}

/** Calls the tag, or its stub, or leaves a stub that the tag will find. */
function tellTag(name: string, consent: Readonly<Record<string, boolean | string>>): void {
  const early: unknown = Reflect.get(window, name) ?? { q: [] };
  Reflect.set(window, name, early);
  const { consent: tell, q }: { consent?: unknown; q?: unknown } = Object(early);
  if (typeof tell === 'function') tell(consent);
  else if (Array.isArray(q)) q.push(['consent', [consent], Date.now(), location.href]);
}
