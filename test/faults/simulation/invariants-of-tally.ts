import { isBalanced } from '../../../worker/domain/delivery/ledger-totals.ts';
import type { Database } from '../../../worker/objects/sql.ts';
import { readPage } from '../../../worker/objects/tally/log-page.ts';
import { TallyEngine } from '../../../worker/objects/tally/tally-engine.ts';
import { TallyReader } from '../../../worker/objects/tally/tally-reader.ts';
import type { Made } from './invariants.ts';
import type { Simulation } from './simulation.ts';

/** The names of the invariants of the tally. */
export type TallyInvariant = 'tally loses nothing' | 'tally counts once';

type Ground = {
  made: ReadonlyMap<string, Made>;
  violate(name: TallyInvariant, what: string): void;
};

const ALL_DAYS = { from: '2026-01-01', to: '2027-12-31' };

/** Whether every attempt to send the event had no rule for it, so that only the tally may have it. */
function isOnlyTallied({ tries, introduces }: Made): boolean {
  return introduces === undefined && tries.length > 0 && tries.every((to) => to.length === 0);
}

/** Whether an attempt to send the event had no rule for it. */
function mayBeTallied({ tries, introduces }: Made): boolean {
  return introduces === undefined && tries.some((to) => to.length === 0);
}

/** The data that a tally would have if it started now, without what its object has only in memory. */
export class TallyInvariants {
  readonly #simulation: Simulation;
  readonly #ground: Ground;

  constructor(simulation: Simulation, ground: Ground) {
    this.#simulation = simulation;
    this.#ground = ground;
  }

  /** Whether the log is so small that it loses old events, which are then only in the counts. */
  get #isTrimmed(): boolean {
    return this.#simulation.tallyRoom.chars < 1_000_000;
  }

  /**
   * Returns whether an acknowledged event that is not in the outbox is in the tally now, as far as single events can be
   * found.
   */
  ofNow(source: string): (event: Made) => boolean {
    const ids = new Set(this.#isTrimmed ? [] : this.#idsIn(source));
    return (event) => mayBeTallied(event) && (this.#isTrimmed || ids.has(event.messageId));
  }

  atEnd(): void {
    for (const source of this.#simulation.tallies.keys()) {
      if (this.#simulation.deletedAtMs.has(source)) continue;
      const rows = aReader(this.#database(source)).ledger(ALL_DAYS).data;
      const counted = rows.reduce((sum, { skipped }) => sum + (skipped['no_mapping'] ?? 0), 0);
      const unbalanced = rows.find((row) => !isBalanced(row));
      if (unbalanced !== undefined)
        this.#ground.violate('tally counts once', `${source} does not balance: ${JSON.stringify(unbalanced)}`);
      const own = [...this.#ground.made.values()].filter((event) => event.source === source);
      const atLeast = own.filter((event) => event.isAcknowledged && isOnlyTallied(event)).length;
      if (counted < atLeast)
        this.#ground.violate('tally loses nothing', `${source} counted ${counted} of ${atLeast} events`);
      // After a restart, events that the log has lost can't be recognised, so if one is sent again, it counts again.
      const atMost = own.filter(mayBeTallied).reduce((sum, { tries }) => sum + (this.#isTrimmed ? tries.length : 1), 0);
      if (counted > atMost)
        this.#ground.violate('tally counts once', `${source} counted ${counted} of ${atMost} events`);
      const ids = this.#idsIn(source);
      if (new Set(ids).size < ids.length)
        this.#ground.violate('tally counts once', `${source} has an event twice in its log`);
      if (!this.#isTrimmed && counted !== ids.length)
        this.#ground.violate('tally counts once', `${source} counted ${counted} events, and its log has ${ids.length}`);
    }
  }

  #idsIn(source: string): string[] {
    return this.#database(source)
      .sql.exec<{ body: string }>('SELECT body FROM log_pages')
      .toArray()
      .flatMap(({ body }) => readPage(body).flatMap(({ event }) => event?.messageId ?? []));
  }

  #database(source: string): Database {
    const database = this.#simulation.tallyDatabases.get(source);
    if (database === undefined) throw new Error(`The simulation has no tally of ${source}`);
    return database;
  }
}

/** The reader of a tally that starts now. */
function aReader(database: Database): TallyReader {
  const engine = new TallyEngine({
    database,
    written: async () => undefined,
    now: () => 0,
    sleep: async () => undefined,
    alarm: { get: async () => null, set: async () => undefined, clear: async () => undefined },
    isSourceBack: async () => false,
    retentionMs: async () => 0,
    log: () => undefined,
  });
  return new TallyReader(engine);
}
