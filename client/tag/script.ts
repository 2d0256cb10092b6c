import type { Stub } from './kept-call.ts';
import { safely } from './safely.ts';
/**
 * `df.js`: starts the tag that its own script element describes, in the place of the page's stub.
 */
import { createTag } from './tag.ts';
import type { TagOptions } from './types.ts';

type Script = HTMLScriptElement & { dataset: Partial<TagOptions> };

safely(() => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- a classic script's; of a module's null nothing can be read, and nothing starts
  const { dataset, src } = document.currentScript as Script;
  const { global = '_df', pipelineKey = '' } = dataset;
  // The collector's address: `df.js` lies at its root, `df/<version>.js` one folder deeper.
  const folder = src.replace(/(\/df(?=\/\d))?\/[^/]*$/, '');
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
  if ('debug' in dataset) import(`${folder}/df-debug.js`).then(start, start);
  else start();
});
