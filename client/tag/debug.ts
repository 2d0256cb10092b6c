/**
 * `df-debug.js`: says in the console what the tag does and why. Loaded by `data-debug`, before the tag starts.
 *
 * It watches what any script can watch, the requests and the calls, so that the tag pays nothing for being explained.
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
  say('Global Privacy Control is on, which is a no: waiting for a yes in words, consent({ advertising: true })');
if (page === 'manual') say('data-page="manual": page events only when page() is called');
say(
  clickIdIn(location.href) === undefined
    ? 'no li_fat_id in this address: the collector looks for an earlier one in the cookies'
    : 'li_fat_id found in this address',
);
if (clickIdIn(document.referrer) !== undefined) say('li_fat_id found in the address of the page before');
if (navigator.webdriver) say('driven by a program: events are marked context.bot');
const frame = window.top !== window.self;
if (frame) say('inside a frame: cookies may be those of another site, or blocked');

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
    else say('accepted, but not all: see "rejected"', answer);
  } else if (/^(408|425|429|5..)$/.test(`${status}`))
    say(`answered ${status}: will be sent again with the same ids`, answer);
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
      'no answer: blocked, cut off, offline, or the page is going away. Sent again with the same ids while the page lives',
      error,
    );
    throw error;
  }
};

const pageBeacon = navigator.sendBeacon.bind(navigator);
navigator.sendBeacon = (url, body) => {
  const isTaken = pageBeacon(url, body);
  if (isOurs(url, body)) {
    if (isTaken) safely(() => sent('beacon, the page is hidden or going away', url, body));
    else say('the browser took no beacon: too much is on its way already');
  }
  return isTaken;
};

/** What the tag makes right without a word to visitors. */
const sayWhatIsOdd = ([, given, options]: unknown[], messageId: string): void => {
  const own: Readonly<Record<string, unknown>> = Object(options);
  if ('messageId' in own && String(own['messageId']) !== messageId)
    say('messageId is none: the event gets one of its own instead', { given: own['messageId'], messageId });
  if ('timestamp' in own && !/\d/.test(String(own['timestamp'])))
    say('timestamp cannot be read: the event gets the time of the call instead', { given: own['timestamp'] });
  if (JSON.stringify(given ?? {}).length > MAX_EVENT_BYTES)
    say('the event is over 60,000 bytes: its largest parts are left out');
};

// The tag starts when this module has run, and puts its own calls into the place of the stub's.
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
