/**
 * `df-debug.js`: explains in the console what the tag does and why. `data-debug` loads it before the tag starts.
 *
 * It watches only requests and calls, as any script can, so that the tag itself needs no code for it.
 */
import { clickIdIn } from './click-id.ts';
import { MAX_EVENT_BYTES } from './limits.ts';
import { safely } from './safely.ts';

const script = document.querySelector<HTMLScriptElement>('script[data-debug]');
const { global = '_df', consent, page, endpoint } = script?.dataset ?? {};
const say = (words: string, ...details: unknown[]): void => console.info(`Directflight: ${words}`, ...details);

say(`starting as window.${global}; collector ${endpoint ?? script?.src.replace(/\/[^/]*$/, '') ?? 'unknown'}`);
if (!script?.dataset['writeKey'] && !script?.dataset['pipelineKey'])
  say('no data-write-key: the collector will answer 401');
say(
  {
    required: 'waiting for consent: nothing is sent and no cookie is written before consent({ advertising: true })',
    granted: 'data-consent="granted": events say that the visitor agreed',
  }[consent ?? ''] ?? "consent unknown until consent(…) is called: the source's unknown_consent decides",
);
if (navigator.globalPrivacyControl && consent !== 'granted')
  say('Global Privacy Control is on, which means no: waiting for consent({ advertising: true })');
if (page === 'manual') say('data-page="manual": page events only when page() is called');
say(
  clickIdIn(location.href) === undefined
    ? 'no li_fat_id in this address: the collector looks for an earlier one in the cookies'
    : 'li_fat_id found in this address',
);
if (clickIdIn(document.referrer) !== undefined) say('li_fat_id found in the address of the previous page');
if (navigator.webdriver) say('automated browser: events are marked context.bot');
const frame = window.top !== window.self;
if (frame) say('inside a frame: cookies may be third-party, or blocked');

const sent = (how: string, url: unknown, body: unknown): void => {
  const {
    batch,
    consent: said,
    reset,
  }: { batch: { type: string; event?: string; name?: string }[]; consent?: object; reset?: boolean } = JSON.parse(
    String(body),
  );
  if (reset) say('sent: forget this person', { how });
  else if (batch.length === 0) say('sent: consent was withdrawn', { how, consent: said });
  for (const event of batch) {
    say(`sent: ${event.type} ${event.event ?? event.name ?? ''}`, {
      how,
      url,
      event,
      consent: said,
    });
  }
};

const answered = (status: number, answer: unknown): void => {
  if (status === 200) {
    const rejected: unknown = Reflect.get(Object(answer), 'rejected');
    if (rejected === undefined) say('accepted', answer);
    else say('accepted in part: see "rejected"', answer);
  } else if (/^(408|425|429|5..)$/.test(`${status}`))
    say(`answered ${status}: will be sent again with the same IDs`, answer);
  else say(`refused with ${status}: dropped`, answer);
};

const isOurs = (url: unknown, body: unknown) => String(url).endsWith('/v1/batch') && typeof body === 'string';

const pageFetch = window.fetch.bind(window);
window.fetch = async (...args) => {
  const [url, { body } = {}] = args;
  if (!isOurs(url, body)) return pageFetch(...args);
  safely(() => sent('fetch', url, body));
  try {
    const response = await pageFetch(...args);
    const answer: unknown = await response
      .clone()
      .json()
      .catch(() => undefined);
    answered(response.status, answer);
    return response;
  } catch (error) {
    say(
      'no answer: blocked, offline, or the page is closing. Sent again with the same IDs while the page is open',
      error,
    );
    throw error;
  }
};

const pageBeacon = navigator.sendBeacon.bind(navigator);
navigator.sendBeacon = (url, body) => {
  const isTaken = pageBeacon(url, body);
  if (isOurs(url, body)) {
    if (isTaken) safely(() => sent('beacon, the page is hidden or closing', url, body));
    else say('the browser refused the beacon: too many requests are under way');
  }
  return isTaken;
};

/** Reports input that the tag corrects silently. */
const sayWhatIsOdd = ([, given, options]: unknown[], messageId: string): void => {
  const own: Readonly<Record<string, unknown>> = Object(options);
  if ('messageId' in own && String(own['messageId']) !== messageId)
    say('messageId is invalid: the event gets a new one instead', { given: own['messageId'], messageId });
  if ('timestamp' in own && !/\d/.test(String(own['timestamp'])))
    say('timestamp cannot be read: the event gets the time of the call instead', { given: own['timestamp'] });
  if (JSON.stringify(given ?? {}).length > MAX_EVENT_BYTES)
    say('the event is over 60,000 bytes: its largest parts are left out');
};

// After this module the tag starts and replaces the stub's methods, so they are wrapped a task later.
setTimeout(() => {
  const tag: unknown = Reflect.get(window, global);
  for (const name of ['track', 'page', 'identify', 'consent', 'reset']) {
    const call: unknown = Reflect.get(Object(tag), name);
    if (typeof call !== 'function') return say(`window.${global} is not a tag: something else has this name`);
    Reflect.set(Object(tag), name, (...args: unknown[]) => {
      const result: unknown = Reflect.apply(call, tag, args);
      if (typeof result === 'string') safely(() => sayWhatIsOdd(args, result));
      say(`${name}(…)`, ...args, ...(result === undefined ? [] : [{ messageId: result }]));
      return result;
    });
  }
  return undefined;
});
