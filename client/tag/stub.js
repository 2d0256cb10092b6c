/*
 * What a page runs inline before the tag arrives. `snippet.ts` holds this file's minified text, and
 * `test/e2e/tag/snippet.test.ts` holds that text to this file. Plain JavaScript, because it is written for
 * size: assigning to a name that was never declared makes it a global, in seven bytes less. Hence also the
 * lint rules that it may break.
 *
 * Every call is kept as [method, arguments, time, address, id]. The id is what `track` returns, then and
 * later, so that a page can hand it on before the tag is there; without https there is no `randomUUID`, and
 * no id until then. `u` is the address on arrival: a router may have rewritten it, and the click id with it,
 * before the tag looks.
 */
/* oxlint-disable no-unused-expressions, prefer-const, typescript/no-unnecessary-condition */
window._df ||
  ((_df = { q: [], u: location.href }),
  'track page identify consent reset flush ready'.split(' ').map(
    (method) =>
      (_df[method] = (...args) => {
        let id = crypto.randomUUID?.();
        let flushed = method === 'flush' && new Promise((resolve) => (args = [resolve]));
        _df.q.push([method, args, Date.now(), location.href, id]);
        return flushed || id;
      }),
  ));
