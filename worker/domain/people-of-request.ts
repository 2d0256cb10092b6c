import type { Event } from '../schema/event.ts';
import type { Identity } from './identity.ts';
import { likeness, together } from './same-person.ts';
import type { Likeness, PersonIds } from './same-person.ts';
import { forgotten, personOf, visitorAfter } from './visitor.ts';
import type { Visitor } from './visitor.ts';

/** A person of a request: by which ids its events named them, and what is known of them so far. */
type Known = { said: PersonIds; visitor: Visitor };

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
   * Gives what is known of the person of the next event, with what the event itself adds to it.
   *
   * @param own Who the event says they are.
   * @param isLeftOut Nothing of the event may go with the events after it: its sender keeps it from every integration, or
   *   the visitor's consent does.
   */
  async visitorOf(
    event: Event,
    own: Identity,
    { happenedAtMs, isLeftOut = false }: { happenedAtMs: number; isLeftOut?: boolean },
  ): Promise<Visitor> {
    const named = personOf(event);
    const keys = keysOf({ ...named, emailSha256: own.emailSha256 });
    const found = this.#find(keys, named, own);
    // What the browser itself brought stays; who it was before does not.
    const known = found ?? { said: {}, visitor: forgotten(this.#start) };
    const after: Known = {
      said: { ...known.said, ...named },
      visitor: isLeftOut ? known.visitor : await visitorAfter(known.visitor, event, happenedAtMs),
    };
    this.#remember(after, { keys, isNew: found === undefined, isIdentify: event.type === 'identify' });
    return after.visitor;
  }

  /** What the browser's cookies are to know: whom the last `identify` named, and the newest click. */
  get browser(): Visitor {
    return { ...this.#identified.visitor, click: this.#newestClick };
  }

  #find(keys: readonly string[], named: PersonIds, own: Identity): Known | undefined {
    const compare = (known: Known): Likeness =>
      together(likeness(known.said, named), likeness(known.visitor.identity, own));
    const candidates = [this.#current, ...keys.flatMap((key) => this.#byId.get(key) ?? [])];
    const same = candidates.find((known) => compare(known) === 'same');
    if (same !== undefined || this.#isServer) return same;
    return compare(this.#current) === 'unknown' ? this.#current : undefined;
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

function keysOf({ emailSha256, userId, anonymousId }: PersonIds): string[] {
  const named = Object.entries({ emailSha256, userId, anonymousId });
  return named.flatMap(([kind, value]) => (value === undefined ? [] : [`${kind}:${value}`]));
}
