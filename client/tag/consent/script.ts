/**
 * `df-consent.js`: passes a consent platform's answer, and each change, to the tag.
 *
 *   <script async src="…/df-consent.js" data-from="onetrust"></script>
 *
 * A separate file, so that pages without a platform need not load it. It, the tag and the platform may load in any order.
 */
import { safely } from '../safely.ts';
import type { ConsentState, ConsentReader } from './consent-reader.ts';
import { cookiebot } from './cookiebot.ts';
import { custom } from './custom.ts';
import { didomi } from './didomi.ts';
import { google } from './google.ts';
import { onetrust } from './onetrust.ts';
import { osano } from './osano.ts';
import { tcf } from './tcf.ts';
import { usercentrics } from './usercentrics.ts';

const READERS = new Map<string, ConsentReader>(
  Object.entries({ tcf, google, onetrust, cookiebot, didomi, usercentrics, osano, custom }),
);

const OWN = 'script[data-from]';

try {
  const own = document.currentScript;
  // As in `../script.ts`: a module, for example, has no current script.
  const scripts = own?.matches(OWN) ? [own] : [...document.querySelectorAll<HTMLScriptElement>(OWN)];
  for (const { dataset } of scripts.length > 0 ? scripts : [{ dataset: {} }]) begin(dataset);
} catch {
  // The page has broken a function that this needs. The page continues, and the tag waits.
}

function begin(attributes: Readonly<Partial<Record<string, string>>>): void {
  try {
    start(attributes);
  } catch (error) {
    // A mistake in the attributes. The warning is for the page's author, and the page continues.
    console.warn('Directflight: cannot read consent.', error);
  }
}

function start({ from = '', categories, ...settings }: Readonly<Partial<Record<string, string>>>): void {
  const reader = READERS.get(from);
  if (reader === undefined)
    throw new Error(`data-from is "${from}", expected one of ${[...READERS.keys()].join(', ')}`);
  const wanted = wantedIn(categories ?? `advertising=${reader.advertising.join('+')}`);
  let said: Readonly<Record<string, boolean>> = {};
  const onState = ({ isChosen, isGranted }: ConsentState): void => {
    const changed = Object.entries(wanted).flatMap(([category, theirs]) => {
      const isYes = theirs.every((name) => isGranted(name));
      // Before the visitor chooses, the platform's no means "not yet", and Global Privacy Control overrides its yes.
      const isAnswer = isChosen || (isYes ? !navigator.globalPrivacyControl : said[category] === true);
      return isAnswer && said[category] !== isYes ? [[category, isYes] as const] : [];
    });
    if (changed.length === 0) return;
    said = { ...said, ...Object.fromEntries(changed) };
    tellTag(settings['global'] ?? '_df', { ...said, source: from });
  };
  reader.read((answer) => safely(() => onState(answer)), settings);
}

/** Reads `advertising=C0004 analytics=C0002+C0003`: our categories, and the platform's categories that each needs. */
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

/** Calls the tag or its stub, or makes a stub that the tag will find. */
function tellTag(name: string, consent: Readonly<Record<string, boolean | string>>): void {
  const early: unknown = Reflect.get(window, name) ?? { q: [] };
  Reflect.set(window, name, early);
  const { consent: tell, q }: { consent?: unknown; q?: unknown } = Object(early);
  if (typeof tell === 'function') tell(consent);
  else if (Array.isArray(q)) q.push(['consent', [consent], Date.now(), location.href]);
}
