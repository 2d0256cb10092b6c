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
 * When the page is left or hidden before the tag is there, its events go by beacon. They stay for the tag where consent is
 * awaited or was withdrawn, where somebody logged out, where no beacon is taken, and where anything is not as expected. Each
 * goes with the call's arguments, `args`, and the collector reads them as the tag would (`worker/domain/collect/read/kept-call.ts`).
 *
 * It takes three events to hear of every way of leaving. A tab that is closed while it loads has no `visibilitychange` in
 * Chromium and Firefox. WebKit tells a page that has not loaded, because the tag is on its way, of `beforeunload` alone
 * (`FrameLoader::dispatchUnloadEvents` asks for `m_didCallImplicitClose`). And a phone may end what it has hidden without
 * another word. What is sent once is no longer kept, so no two of them send the same.
 *
 * `^[tip]` are the events, `t$` are consent and reset, `h$` is flush; `^[^rf]` is neither "required" nor "false". What looks
 * alike packs well.
 */
/* oxlint-disable no-unused-expressions, prefer-const, eqeqeq, typescript/no-unnecessary-condition, unicorn/prefer-string-starts-ends-with */
try {
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
      'pagehide beforeunload visibilitychange'.split(' ').map((leaving) =>
        addEventListener(leaving, () => {
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
                    args,
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
        }),
      )));
} catch {}
