/**
 * `df-gtm.js`: loads `df.js` for Google Tag Manager, whose templates can inject a script but not set its attributes.
 * `template.tpl` puts the attributes into the queue as a call of `load`, which only this file reads.
 */
import type { QueuedCall } from '../tag/queued-call.ts';
import { safely } from '../tag/safely.ts';

safely(() => {
  const own = document.currentScript;
  const stub: { q?: unknown; u?: string } = Object(Reflect.get(window, '_df'));
  // No queue: the page's own snippet has already loaded the tag.
  if (!(own instanceof HTMLScriptElement) || !Array.isArray(stub.q)) return;
  const kept: QueuedCall[] = stub.q;
  const at = kept.findIndex(([method]) => method === 'load');
  const [, args = [], , url] = kept.splice(at, at < 0 ? 0 : 1)[0] ?? [];
  // While this file was loading, a router may have removed the click ID from the address.
  if (url !== undefined) stub.u ??= url;
  const script = document.createElement('script');
  Object.assign(script.dataset, args[0]);
  script.nonce = own.nonce;
  script.src = own.src.replace(/[^/]*$/, 'df.js');
  document.head.append(script);
});
