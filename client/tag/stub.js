/*
 * What a page runs inline before the tag arrives. `snippet.ts` holds this file's minified text, and
 * `test/e2e/tag/snippet.test.ts` holds that text to this file. Plain JavaScript, because it is written for
 * size: assigning to a name that was never declared makes it a global, in seven bytes less. Hence also the
 * lint rules that it may break. What each part weighs: docs/decisions/0022-what-the-tag-weighs.md.
 *
 * Every call is kept as [method, arguments, time, address, id]. The id is what `track` returns, then and
 * later, so that a page can hand it on before the tag is there; without https there is no `randomUUID`, and
 * no id until then. `u` is the address on arrival: a router may have rewritten it, and the click id with it,
 * before the tag looks. `df-consent.js` may have left a list of calls without a stub. Of a tag that never comes 10,000
 * events are kept, and each no and each log-out; `flush` waits two seconds.
 *
 * When the page is hidden before the tag is there, its events go by beacon. They stay for the tag where consent is awaited
 * or was withdrawn, where somebody logged out, where no beacon is taken, and where anything is not as expected. `args` lets
 * the collector read a call as the tag would (`worker/domain/kept-call.ts`), so that the page need not.
 *
 * `^[tip]` are the events, `t$` are consent and reset, `h$` is flush, `type[5]` is there in an identify, whose first
 * argument is no event; `^[^rf]` is neither "required" nor "false". What looks alike packs well.
 */
/* oxlint-disable no-unused-expressions, prefer-const, eqeqeq, typescript/no-unnecessary-condition, unicorn/prefer-string-starts-ends-with */
(window._df || (_df = { q: [] })).q?.map &&
  (_df.track ||
    ((_df.u = location.href),
    'track page identify consent reset flush ready'.split(' ').map(
      (method) =>
        (_df[method] = (...args) => {
          let id = self.crypto?.randomUUID?.();
          let flushed = /h$/.test(method) && new Promise((resolve) => setTimeout(resolve, 2e3, (args = [resolve])));
          (_df.q[9999] && /^[tip]/.test(method)) || _df.q.push([method, args, Date.now(), location.href, id]);
          return flushed || id;
        }),
    ),
    document.addEventListener('visibilitychange', () => {
      try {
        let script = document.querySelector('[data-write-key]');
        let data = { ...script.dataset };
        let batch = [];
        let rest = _df.q.filter(([type, args, timestamp, url, messageId]) =>
          /^[tip]/.test(type)
            ? !batch.push({
                messageId,
                timestamp,
                context: { page: { url } },
                type,
                properties: args[1],
                args,
                event: type[5] || args[0],
              })
            : /t$/.test(type)
              ? (data.consent = args[0].advertising == true && args[0])
              : type,
        );
        batch[0] &&
          !navigator.globalPrivacyControl &&
          /^[^rf]/.test(data.consent) &&
          navigator.sendBeacon(new URL('v1/batch', script.src), JSON.stringify({ ...data, batch })) &&
          (_df.q = rest);
      } catch {}
    })));
