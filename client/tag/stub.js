/*
 * The script that runs inline before the tag loads. `snippet.ts` has its minified text, and
 * `test/e2e/tag/snippet.test.ts` checks that the two match. It is plain JavaScript, written for size: assigning to an
 * undeclared name makes a global in seven bytes less, so it may break some lint rules. The size of each part:
 * docs/decisions/0022-size-of-the-tag.md.
 *
 * Each call is queued as [method, arguments, time, address, ID]. `track` returns the ID, so that a page can use it before
 * the tag has loaded. Without https there is no `randomUUID`, and so no ID until then. `u` is the address on arrival: a
 * router may remove the click ID from the address before the tag reads it. `df-consent.js` may have left a list of calls
 * without a stub. If the tag never loads, up to 10,000 events are queued, and every consent and reset. `flush` waits two
 * seconds.
 *
 * If the page is closed or hidden before the tag has loaded, a beacon sends its events. They stay queued for the tag if
 * consent is awaited or was withdrawn, if the person logged out, if the browser refuses the beacon, or if anything is
 * unexpected. Each event has the call's arguments, `args`, and the collector reads them as the tag would
 * (`worker/domain/collect/read/queued-call.ts`).
 *
 * Three event listeners are needed to notice every way of leaving. A tab that is closed while loading gets no
 * `visibilitychange` in Chromium and Firefox. A page that has not finished loading, because the tag is under way, gets only
 * `beforeunload` in WebKit (`FrameLoader::dispatchUnloadEvents` checks `m_didCallImplicitClose`). And a phone may end a hidden
 * page without another event. Sent events leave the queue, so no event is sent twice.
 *
 * `^[tip]` matches the events, `t$` consent and reset, `h$` flush; `^[^rf]` matches neither "required" nor "false". Similar
 * patterns compress well.
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
            let script = document.querySelector('[data-write-key^=wk_]');
            let data = { ...script.dataset };
            let batch = [];
            let rest = _df.q.filter(([type, args, timestamp, url, messageId]) =>
              /^[tip]/.test(type)
                ? !batch.push({
                    messageId,
                    timestamp,
                    type,
                    context: { page: { url } },
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
