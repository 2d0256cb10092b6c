import type { Event } from '../../schema/events/event.ts';
import { emailClaim, emailInId as emailOfId } from './email-claim.ts';
import type { Identity } from './identity.ts';
import { joinedIdentity } from './joined-identity.ts';
import { areNamesDifferent, likeness, together } from './same-person.ts';
import type { Likeness, PersonIds } from './same-person.ts';
import { forgotten, personOf, visitorAfter } from './visitor.ts';
import type { Limited, Visitor } from './visitor.ts';

/** A person in a request: the IDs from their events, and everything known about them so far. */
type Known = { said: PersonIds; visitor: Visitor };

/** The person that an event names, and the identity it contains. */
type Named = { ids: PersonIds; own: Identity; isIdentify: boolean };

/** The person that an event belongs to: known data joined with the event's own. */
export type PersonOfEvent = {
  identity: Identity;
  visitor: Visitor;
  /** The smaller identity for the integrations in `notFor`. */
  limited?: Limited | undefined;
};

/** The integrations that may use an event. */
type Audience = {
  happenedAtMs: number;
  /**
   * The integrations that may not use the event, because of its sender's settings or the visitor's consent. No later
   * event passes its data on to them.
   */
  notFor?: readonly string[];
  /** No integration may use the event. */
  isLeftOut?: boolean;
};

/**
 * Keeps the people of one request apart. Data of one person is never joined to another's, in any order of events.
 *
 * A page's request comes from one browser. An event without IDs belongs to the last person who used the browser. The
 * cookies' data applies to everybody until an event contradicts it. A server's request has no browser, so its event
 * without IDs belongs to nobody.
 */
export class PeopleOfRequest {
  readonly #start: Visitor;
  readonly #isServer: boolean;
  readonly #byId = new Map<string, Known>();
  #current: Known;
  #identified: Known;
  #newestClick: Visitor['click'];

  /** @param start The data from the browser's cookies. */
  constructor(start: Visitor, { isServer }: { isServer: boolean }) {
    this.#start = start;
    this.#isServer = isServer;
    this.#current = { said: {}, visitor: start };
    this.#identified = this.#current;
    this.#newestClick = start.click;
  }

  /**
   * Returns the person that the next event belongs to.
   *
   * @param own The identity that the event contains.
   */
  async personOf(
    event: Event,
    own: Identity,
    { happenedAtMs, notFor = [], isLeftOut = false }: Audience,
  ): Promise<PersonOfEvent> {
    const named: Named = { ids: await idsOf(event, own), own, isIdentify: event.type === 'identify' };
    const keys = keysOf(named.ids);
    const found = await this.#find(keys, named);
    // For a new person, the browser's click and limits remain. The previous identity is dropped.
    const { said, visitor: before } = found?.known ?? { said: {}, visitor: forgotten(this.#start) };
    const hear = async (known: Visitor): Promise<{ identity: Identity; after: Visitor }> => {
      const identity = joinedIdentity(known.identity, own, {
        likeness: found?.likeness ?? 'somebody_else',
        isIdentify: named.isIdentify,
      });
      const after = await visitorAfter(known, event, happenedAtMs);
      return { identity, after: { ...after, identity: named.isIdentify ? kept(identity, named) : known.identity } };
    };
    const all = await hear(before);
    const less = before.limited && (await hear({ ...before, ...before.limited }));
    const limited = limitedAfter(before, less?.after, notFor);
    const after = isLeftOut ? before : { ...all.after, limited };
    this.#remember(
      { said: { ...said, ...saidBy(named) }, visitor: after },
      { keys, isNew: found === undefined, isIdentify: named.isIdentify },
    );
    return {
      identity: all.identity,
      visitor: after,
      ...(before.limited &&
        less && { limited: { notFor: before.limited.notFor, identity: less.identity, click: less.after.click } }),
    };
  }

  /** The data to store in the browser's cookies: the person of the last `identify`, and the newest click. */
  get browser(): Visitor {
    return { ...this.#identified.visitor, click: this.#newestClick };
  }

  async #find(keys: readonly string[], named: Named): Promise<{ known: Known; likeness: Likeness } | undefined> {
    const candidates = [this.#current, ...keys.flatMap((key) => this.#byId.get(key) ?? [])];
    for (const known of candidates) if ((await compared(known, named)) === 'same') return { known, likeness: 'same' };
    const isWhoeverIsThere = !this.#isServer && (await compared(this.#current, named)) === 'unknown';
    return isWhoeverIsThere ? { known: this.#current, likeness: 'unknown' } : undefined;
  }

  #remember(
    known: Known,
    { keys, isNew, isIdentify }: { keys: readonly string[]; isNew: boolean; isIdentify: boolean },
  ): void {
    const { click } = known.visitor;
    if (click !== undefined && click.atMs >= (this.#newestClick?.atMs ?? 0)) this.#newestClick = click;
    // A form filled in for another person doesn't change who uses the browser.
    const isPassing =
      isNew && !isIdentify && (keysOf(known.said).length === 0 || keys.some((key) => this.#byId.has(key)));
    if (isPassing) return;
    this.#current = known;
    if (isIdentify) this.#identified = known;
    for (const key of keysOf({ ...known.visitor.identity, ...known.said })) this.#byId.set(key, known);
  }
}

/** Compares a known person with the one an event names: by IDs and e-mails, then by names when those decide nothing. */
async function compared({ said, visitor: { identity } }: Known, { ids, own, isIdentify }: Named): Promise<Likeness> {
  const emailInId = identity.emailSha256 === undefined ? await emailOfId(said.userId ?? identity.userId) : undefined;
  const found = together(likeness(said, ids), likeness({ ...identity, emailInId }, { ...ids, anonymousId: undefined }));
  // People change their last name, and an `identify` may report it.
  const { lastName: _new, ...first } = own;
  const isOther = areNamesDifferent(identity, isIdentify ? first : own);
  return found === 'unknown' && isOther ? 'somebody_else' : found;
}

/**
 * Returns the IDs of the person that an event names. An e-mail that is unreadable or under an unusual name still
 * identifies a person.
 */
async function idsOf(event: Event, own: Identity): Promise<PersonIds> {
  const named = personOf(event);
  const emailSha256 = own.emailSha256 ?? (await emailClaim(event));
  const emailInId = await emailOfId(named.userId);
  return {
    ...named,
    ...(emailSha256 !== undefined && { emailSha256 }),
    ...(emailInId !== undefined && { emailInId }),
  };
}

/** Returns the IDs to remember from an event. A valid e-mail is left out, because the identity already has it. */
function saidBy({ ids: { emailSha256, userId, anonymousId }, own }: Named): PersonIds {
  return {
    ...(userId !== undefined && { userId }),
    ...(anonymousId !== undefined && { anonymousId }),
    ...(own.emailSha256 === undefined && emailSha256 !== undefined && { emailSha256 }),
  };
}

/**
 * Returns the identity to remember. It is empty when the person's e-mail can't be sent, because the next valid e-mail
 * might be another person's.
 */
function kept(identity: Identity, { ids, own }: Named): Identity {
  return own.emailSha256 === undefined && ids.emailSha256 !== undefined ? {} : identity;
}

/** Updates the smaller identity for the integrations that may not use this event or an earlier one. */
function limitedAfter(before: Visitor, after: Visitor | undefined, notFor: readonly string[]): Limited | undefined {
  const { limited } = before;
  if (notFor.length === 0) return limited && after && { ...limited, identity: after.identity, click: after.click };
  const { identity, click } = limited ?? before;
  return { notFor: [...new Set([...(limited?.notFor ?? []), ...notFor])], identity, click };
}

function keysOf({ emailSha256, userId, anonymousId }: PersonIds): string[] {
  const named = Object.entries({ emailSha256, userId, anonymousId });
  return named.flatMap(([kind, value]) => (value === undefined ? [] : [`${kind}:${value}`]));
}
