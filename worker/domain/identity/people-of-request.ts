import type { Event } from '../../schema/events/event.ts';
import { emailClaim, emailInId as emailOfId } from './email-claim.ts';
import type { Identity } from './identity.ts';
import { joinedIdentity } from './joined-identity.ts';
import { areNamesDifferent, likeness, together } from './same-person.ts';
import type { Likeness, PersonIds } from './same-person.ts';
import { forgotten, personOf, visitorAfter } from './visitor.ts';
import type { Limited, Visitor } from './visitor.ts';

/** A person of a request: by which ids its events named them, and what is known of them so far. */
type Known = { said: PersonIds; visitor: Visitor };

/** The person an event names, and who it says they are. */
type Named = { ids: PersonIds; own: Identity; isIdentify: boolean };

/** The person an event is of: what is known of them, joined with what the event says itself. */
export type PersonOfEvent = {
  identity: Identity;
  visitor: Visitor;
  /** What the integrations in `notFor` may have with this event. */
  limited?: Limited | undefined;
};

/** Who may know an event. */
type Audience = {
  happenedAtMs: number;
  /**
   * The integrations that may know nothing of it, because its sender keeps it from them or the visitor's consent does. No
   * later event takes anything of it to them.
   */
  notFor?: readonly string[];
  /** Nobody may know it. */
  isLeftOut?: boolean;
};

/**
 * The people of one request, kept apart: what one of them said is never joined to another, in whatever order their events
 * come, and an event in between changes nothing for those around it.
 *
 * A page's request has one browser. An event of it that names nobody is of whoever used the browser last, and what its
 * cookies know goes with everybody until somebody contradicts it. A server's request has no browser: an event that names
 * nobody is nobody's.
 */
export class PeopleOfRequest {
  readonly #start: Visitor;
  readonly #isServer: boolean;
  readonly #byId = new Map<string, Known>();
  #current: Known;
  #identified: Known;
  #newestClick: Visitor['click'];

  /** @param start What the browser's cookies know. */
  constructor(start: Visitor, { isServer }: { isServer: boolean }) {
    this.#start = start;
    this.#isServer = isServer;
    this.#current = { said: {}, visitor: start };
    this.#identified = this.#current;
    this.#newestClick = start.click;
  }

  /**
   * Gives the person the next event is of.
   *
   * @param own Who the event says they are.
   */
  async personOf(
    event: Event,
    own: Identity,
    { happenedAtMs, notFor = [], isLeftOut = false }: Audience,
  ): Promise<PersonOfEvent> {
    const named: Named = { ids: await idsOf(event, own), own, isIdentify: event.type === 'identify' };
    const keys = keysOf(named.ids);
    const found = await this.#find(keys, named);
    // What the browser itself brought stays; who it was before does not.
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

  /** What the browser's cookies are to know: the person the last `identify` named, and the newest click. */
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
    // A form that somebody filled in for another person says nothing of who uses the browser.
    const isPassing =
      isNew && !isIdentify && (keysOf(known.said).length === 0 || keys.some((key) => this.#byId.has(key)));
    if (isPassing) return;
    this.#current = known;
    if (isIdentify) this.#identified = known;
    for (const key of keysOf({ ...known.visitor.identity, ...known.said })) this.#byId.set(key, known);
  }
}

/** Compares somebody with the person an event names: by ids, by e-mails, and by names where nothing else says who they are. */
async function compared({ said, visitor: { identity } }: Known, { ids, own, isIdentify }: Named): Promise<Likeness> {
  const emailInId = identity.emailSha256 === undefined ? await emailOfId(said.userId ?? identity.userId) : undefined;
  const found = together(likeness(said, ids), likeness({ ...identity, emailInId }, { ...ids, anonymousId: undefined }));
  // People change their last name, and an `identify` says so.
  const { lastName: _new, ...first } = own;
  const isOther = areNamesDifferent(identity, isIdentify ? first : own);
  return found === 'unknown' && isOther ? 'somebody_else' : found;
}

/** The person an event names. An e-mail that cannot be read, or stands under another name, is somebody's too. */
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

/** What is remembered of the person an event named; its e-mail is part of their identity, if it is one that can be sent. */
function saidBy({ ids: { emailSha256, userId, anonymousId }, own }: Named): PersonIds {
  return {
    ...(userId !== undefined && { userId }),
    ...(anonymousId !== undefined && { anonymousId }),
    ...(own.emailSha256 === undefined && emailSha256 !== undefined && { emailSha256 }),
  };
}

/** Whoever is known by an e-mail that cannot be sent is not remembered: the next one that can be might be another's. */
function kept(identity: Identity, { ids, own }: Named): Identity {
  return own.emailSha256 === undefined && ids.emailSha256 !== undefined ? {} : identity;
}

/** What the integrations may know that this event, or one before it, was not for. */
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
