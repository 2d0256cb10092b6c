/**
 * `df-gtm.js`: brings `df.js` into a page for Google Tag Manager, whose templates can inject a script but give it no
 * attributes. `template.tpl` leaves them in the queue as a call of `load`, which nobody but this file knows.
 */
import type { KeptCall } from '../tag/kept-call.ts';
import { safely } from '../tag/safely.ts';

safely(() => {
  const own = document.currentScript;
  const stub: { q?: unknown; u?: string } = Object(Reflect.get(window, '_df'));
  // Without a queue the tag is there already, by the page's own snippet.
  if (!(own instanceof HTMLScriptElement) || !Array.isArray(stub.q)) return;
  const kept: KeptCall[] = stub.q;
  const at = kept.findIndex(([method]) => method === 'load');
  const [, args = [], , url] = kept.splice(at, at < 0 ? 0 : 1)[0] ?? [];
  // A router may have rewritten the address, and the click id with it, while this file was on its way.
  if (url !== undefined) stub.u ??= url;
  const script = document.createElement('script');
  Object.assign(script.dataset, args[0]);
  script.nonce = own.nonce;
  script.src = own.src.replace(/[^/]*$/, 'df.js');
  document.head.append(script);
});
