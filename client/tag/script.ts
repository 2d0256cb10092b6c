/**
 * `df.js`: starts the tag that its own script element describes, in the place of the page's stub.
 */
import { createTag } from './index.ts';
import type { Stub } from './kept-call.ts';
import { safely } from './safely.ts';
import type { TagOptions } from './tag.ts';

safely(() => {
  const script = document.currentScript;
  if (!(script instanceof HTMLScriptElement)) return;
  const { global = '_df', pipelineKey = '' } = script.dataset;
  // A stub if it has a list of calls. The tag has none, so a second script changes nothing; neither has anybody
  // else's object of this name, which stays theirs.
  const stub: Stub = Reflect.get(window, global) ?? { q: [] };
  if (!Array.isArray(stub.q)) return;
  const attributes: Partial<TagOptions> = script.dataset;
  const options = { writeKey: pipelineKey, endpoint: folderOf(script.src), ...attributes };
  Reflect.set(window, global, createTag(options, stub));
});

/** The collector's address: `df.js` lies at its root, `df/<version>.js` one folder deeper. */
function folderOf(src: string): string {
  return src.replace(/(\/df(?=\/\d))?\/[^/]*$/, '');
}
