/** `df.js`: starts the tag that its own script element describes, in the place of the page's stub. */
import type { Stub } from './kept-call.ts';
import { safely } from './safely.ts';
import { createTag } from './tag.ts';
import type { TagOptions } from './types.ts';

type Script = HTMLScriptElement & { dataset: Partial<TagOptions> };

/** Others have a `data-write-key` too; theirs does not begin so. `tag-script.ts` in the Worker looks for the same. */
const TAGS = '[data-write-key^=wk_],[data-pipeline-key]';

safely(() => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- whatever it is, it counts only where it has a key
  const own = document.currentScript as Script | null;
  // There is no current script in a module, in Rocket Loader or in `eval`, and a bundle's own has no key. Then every tag of
  // the page starts that has not: a module runs once, however many elements load it.
  const scripts = own?.matches(TAGS) ? [own] : document.querySelectorAll<Script>(TAGS);
  for (const { dataset, src } of scripts) {
    const { global = '_df', pipelineKey = '' } = dataset;
    // The collector's address: `df.js` lies at its root, `df/<version>.js` one folder deeper.
    const folder = src.replace(/(df\/\d.*|[^/]*)$/, '');
    const start = () =>
      safely(() => {
        // A stub if it has a list of calls. The tag has none, so a second script changes nothing; neither has anybody
        // else's object of this name, which stays theirs.
        const stub: Stub = Reflect.get(window, global) ?? { q: [] };
        if (!Array.isArray(stub.q)) return;
        // oxlint-disable-next-line typescript/no-misused-spread -- only the attributes are wanted, and they are its own
        Reflect.set(window, global, createTag({ writeKey: pipelineKey, endpoint: folder, ...dataset }, stub));
      });
    // As a module: that needs no more of a Content-Security-Policy or of Trusted Types than this script did.
    if ('debug' in dataset) import(`${folder}df-debug.js`).then(start, start);
    else start();
  }
  if (!scripts.length) console.warn('df.js: no data-write-key');
});
