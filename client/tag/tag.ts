import type { CookieName } from '../../worker/schema/events/batch.ts';
import { isYes } from '../../worker/schema/events/consent-value.ts';
import { clickIdIn } from './click-id.ts';
import { COOKIE_NAMES, readCookie, removeCookie, widestCookieDomain, writeCookie } from './cookies.ts';
import { newMessageId } from './message-id.ts';
import { isPrerendering, watchPageViews } from './page-views.ts';
import type { QueuedCall, Stub } from './queued-call.ts';
import { listen, safely } from './safely.ts';
import { createSender } from './sender.ts';
import { toJson } from './to-json.ts';
import type { CallOptions, ConsentValue, Tag, TagOptions } from './types.ts';
import type { Carried, Consent } from './wire.ts';

interface Person {
  readonly userId?: string | undefined;
  readonly traits?: object;
}

interface EventFields {
  readonly event?: string;
  readonly name?: string | undefined;
  readonly properties?: object | undefined;
  readonly traits?: object;
}

/** A valid ID from the page. Numbers are valid; empty values, spaces and objects are not. The collector stores no longer ones. */
const OWN_ID = /^\s*[^\s[].{0,255}$/;

/** Returns the e-mail for comparison: case does not matter. */
const emailIn = (fields: { email?: string } | undefined) => safely(() => fields?.email?.trim().toLowerCase());

const areTwo = (one: string | undefined, other: string | undefined) => one && other && one !== other;

export type { CallOptions, ConsentValue, Tag, TagOptions } from './types.ts';

/**
 * Starts the tag on this page.
 *
 * @param stub The object that queued calls before the tag loaded. They run in order, with their original times. The stub
 * then becomes the tag, so that the page's early references stay valid.
 *
 * @example
 * const df = createTag({ writeKey: 'wk_abc123', endpoint: 'https://www.example.com/_df/' });
 * df.track('Lead Generated', { value: 500, currency: 'USD' });
 */
export function createTag(options: TagOptions, stub: Stub = { q: [] }): Tag {
  const endpoint = new URL(options.endpoint.replace(/\/*$/, '/'), location.href);
  let { cookieDomain } = options;
  /** The consent to advertising; undefined while there is no answer. */
  let isGranted: ConsentValue = options.consent === 'granted' || undefined;
  let consent: Consent | undefined = isGranted && { advertising: true };
  let clickId: string | undefined;
  let keptClickId: string | undefined;
  let person: Person = {};
  let referrer = document.referrer;
  /** The current call. Its event gets the time and address of the call. */
  let asOf: QueuedCall = ['', []];

  const isDenied = () => isGranted === false;
  const isHeld = () =>
    isPrerendering() || (isGranted === undefined && (options.consent === 'required' || navigator.globalPrivacyControl));

  const sender = createSender(
    `${endpoint}v1/batch`,
    () => ({
      writeKey: options.writeKey,
      sentAt: new Date(),
      consent,
      cookieDomain,
      // A collector on another site may not reach its own cookies, so the tag carries them (see `carry` below).
      carried:
        endpoint.origin === location.origin
          ? undefined
          : Object.fromEntries(COOKIE_NAMES.map((name) => [name, readCookie(name)])),
    }),
    isHeld,
    carry,
  );

  const methods: Tag = {
    track: (event, properties, callOptions) => record('track', { event, properties }, callOptions),
    page: (name, properties, callOptions) => record('page', { name, properties }, callOptions),
    identify(idOrTraits?: string | object, traitsOfId?: object, callOptions?: CallOptions) {
      const [userId, given] = typeof idOrTraits === 'object' ? [undefined, idOrTraits] : [idOrTraits, traitsOfId];
      // Through JSON, because the page may change its object later, and spreading it could call a getter that throws.
      const traits: object = JSON.parse(toJson(given ?? {}));
      person = knownOf(traits, userId);
      person = { userId: userId ?? person.userId, traits: { ...person.traits, ...traits } };
      return record('identify', { traits }, callOptions);
    },
    consent(said) {
      const wasDenied = isDenied();
      // If nothing has been sent yet, the collector has nothing to forget. The cookie shows whether there was an earlier
      // visit.
      const isKnown = !isHeld() || readCookie('li_fat_id');
      if (typeof said === 'object' && said && !Array.isArray(said))
        for (const name of Object.keys(said))
          consent = { ...consent, [name]: name === 'source' ? said[name] : isYes(safely(() => said[name])) };
      else consent = { '*': isYes(said) };
      isGranted = consent?.['advertising'] ?? consent?.['*'];
      if (isDenied() && !wasDenied) {
        sender.drop();
        keptClickId = undefined;
        COOKIE_NAMES.forEach(removeCookie);
        if (isKnown) sender.add('', {});
      }
      keepClickId();
      sender.wake();
    },
    reset() {
      person = {};
      // Immediately, because the page may be closed before the answer to the notice arrives.
      removeCookie('_dfid');
      removeCookie('_df_identity');
      if (!isDenied()) sender.add('', { reset: true });
    },
    // `done` resolves the promise that the stub returned.
    flush: async (done?: () => void) => sender.flush().finally(done),
    ready: (callback) => callback(tag),
  };

  /** Makes a call, with the time that the stub queued it, if it did. Never throws. */
  const make = (call: QueuedCall): unknown => {
    asOf = call;
    return safely(() => Reflect.get(methods, call[0])(...call[1]));
  };

  /** Returns the known details of a call's person, or none if the call has another e-mail or user ID. */
  const knownOf = (fields: object | undefined, userId?: string): Person =>
    areTwo(emailIn(fields), emailIn(person.traits)) || areTwo(userId, person.userId) ? {} : person;

  const record = (type: string, fields: EventFields, callOptions: CallOptions | undefined): string => {
    const [, , timeMs = Date.now(), url = location.href, keptId] = asOf;
    // The event is sent even if its options are invalid.
    const messageId = safely(() => OWN_ID.exec(String([callOptions?.messageId]))?.[0]) ?? keptId ?? newMessageId();
    const known = knownOf(fields.properties);
    const event = toJson({
      type,
      ...fields,
      userId: known.userId,
      messageId,
      timestamp: safely(() => /\d/.test(String(callOptions?.timestamp)) && callOptions?.timestamp) || new Date(timeMs),
      context: {
        page: { url, path: new URL(url).pathname, title: document.title, referrer },
        li_fat_id: clickId,
        // Marked, not dropped: the collector decides, where the decision is visible.
        bot: navigator.webdriver,
        preview: navigator.loadPurpose,
        // Sent along because the visitor may leave before the answer with the identity cookie arrives.
        traits: known.traits,
      },
    });
    if (isDenied()) return messageId;
    sender.add(event);
    safely(() => {
      const conversion_id = callOptions?.conversionId;
      // LinkedIn's own tag may be missing or blocked, or `lintrk` may be another function.
      if (conversion_id && !isHeld()) window.lintrk?.('track', { conversion_id, event_id: messageId });
    });
    return messageId;
  };

  const keepClickId = (): void => {
    if (!clickId || clickId === keptClickId || isHeld() || isDenied()) return;
    keptClickId = clickId;
    // Safari keeps a script's cookies for only 7 days, so a cookie that the collector wrote is not overwritten.
    if (readCookie('li_fat_id') !== clickId) keep('li_fat_id', clickId);
  };

  const keep = (name: CookieName, value: string): void => {
    cookieDomain ??= widestCookieDomain();
    writeCookie(name, value, cookieDomain);
  };

  function carry(answer: unknown): void {
    const { carry: carried }: { carry?: Carried } = Object(answer);
    for (const name of COOKIE_NAMES) {
      const value = carried?.[name];
      if (value === '') removeCookie(name);
      else if (value && !isDenied()) keep(name, value);
    }
  }

  const viewPage = (timeMs?: number, messageId?: string): void => {
    if (options.page !== 'manual') make(['page', [], timeMs, location.href, messageId]);
  };

  const kept = stub.q;
  clickId = clickIdIn(`${location.href}#${stub.u}`);
  // If the visitor agrees one page after the click, the click ID is in the referrer. A cookie may be from a newer click.
  if (!clickId && !readCookie('li_fat_id')) clickId = clickIdIn(referrer);
  const tag = Object.assign(stub, methods, { q: { push: make } });
  for (const name of Object.keys(methods)) Reflect.set(tag, name, (...args: unknown[]) => make([name, args]));

  /** Records the first page view, before every queued call of the page. */
  const begin = () => {
    keepClickId();
    // The ID that the page gave LinkedIn's own tag for this view, so that LinkedIn can count the two as one.
    // oxlint-disable-next-line no-underscore-dangle -- the name is LinkedIn's
    viewPage(kept[0]?.[2], window._linkedin_event_id);
    sender.wake();
  };

  if (isPrerendering()) listen(document, 'prerenderingchange', begin);
  else begin();
  kept.forEach(make);
  safely(() =>
    watchPageViews((previousUrl) => {
      referrer = previousUrl;
      clickId = clickIdIn(location.href) ?? clickId;
      keepClickId();
      viewPage();
    }),
  );
  return tag;
}
