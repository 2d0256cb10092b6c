/** `df.js`: starts the tag that its script element describes, and replaces the page's stub. */
import type { Stub } from './queued-call.ts';
import { safely } from './safely.ts';
import { createTag } from './tag.ts';
import type { TagOptions } from './types.ts';

type Script = HTMLScriptElement & { dataset: Partial<TagOptions> };

/** Other products use `data-write-key` too, but their keys begin differently. `tag-script.ts` in the Worker uses the same selector. */
const TAGS = '[data-write-key^=wk_],[data-pipeline-key]';

safely(() => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- another kind of element is used only if it has a key
  const own = document.currentScript as Script | null;
  // Modules, Rocket Loader and `eval` have no current script, and a bundle's script has no key. Then all tags of the page
  // start that have not yet: a module runs once, however many elements load it.
  const scripts = own?.matches(TAGS) ? [own] : document.querySelectorAll<Script>(TAGS);
  for (const { dataset, src } of scripts) {
    const { global = '_df', pipelineKey = '' } = dataset;
    // The collector's address: `df.js` is at its root, `df/<version>.js` one folder deeper.
    const folder = src.replace(/(df\/\d.*|[^/]*)$/, '');
    const start = () =>
      safely(() => {
        // A stub has a list of calls. A running tag does not, so a second script changes nothing. Another script's object of
        // this name has none either, and stays unchanged.
        const stub: Stub = Reflect.get(window, global) ?? { q: [] };
        if (!Array.isArray(stub.q)) return;
        // oxlint-disable-next-line typescript/no-misused-spread -- only the attributes are needed, and they are own properties
        Reflect.set(window, global, createTag({ writeKey: pipelineKey, endpoint: folder, ...dataset }, stub));
      });
    // As a module, which needs no additional permission in a Content-Security-Policy or from Trusted Types.
    if ('debug' in dataset) import(`${folder}df-debug.js`).then(start, start);
    else start();
  }
  if (!scripts.length) console.warn('df.js: no data-write-key');
});
