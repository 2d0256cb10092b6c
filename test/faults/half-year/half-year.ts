/** Drives the product from outside through a simulated half year of a CRM, and compares it with the model. */
import { setTimeout as wait } from 'node:timers/promises';

import type { FaultOrder } from '../../sandbox/controls/fault-order.ts';
import { type LocalProduct, startLocalProduct } from '../../support/local-product.ts';
import { Chance } from '../simulation/chance.ts';
import { bodyOf, HOOK_KINDS, noticeOf, signed } from './crm-bodies.ts';
import type { MadeHook } from './crm-bodies.ts';
import { differences } from './differences.ts';
import type { Difference } from './differences.ts';
import { HOOK_NAMES, plan, WEEK_MS } from './journeys.ts';
import type { FormLead, HookName, Row, Week } from './journeys.ts';
import { Model } from './model.ts';
import type { StageSettings } from './model.ts';
import { setUp } from './set-up.ts';
import type { Site } from './set-up.ts';

export type HalfYearOptions = {
  seed: number;
  leads: number;
  weeks: number;
  /** The length of a week. */
  weekMs?: number;
  /** Moves the product's clock ahead every second week. Without it, everything arrives today, with earlier dates. */
  movesClock: boolean;
  /** LinkedIn fails in each of these weeks, counted from 0, and the Worker is killed in the middle of them. */
  isFaulty?: (week: number) => boolean;
  isKilled?: (week: number) => boolean;
  log?: (line: string) => void;
};

export type HalfYear = {
  /** The number of items sent to the product, by channel and outcome. */
  outcomes: Record<string, Record<string, number>>;
  /** Conversions that should have been accepted, and that were. */
  expected: number;
  accepted: number;
  /** Elements that LinkedIn got again with the same ID, after a lost answer. */
  repeated: number;
  kills: number;
  faults: number;
  differences: Difference[];
};

const SETTINGS: Readonly<Record<HookName, StageSettings>> = {
  hubspot: { fills: false, repeats: false },
  salesforce: { fills: true, repeats: false },
  pipedrive: { fills: false, repeats: true },
  generic: { fills: true, repeats: true },
  forms: { fills: false, repeats: false },
  leads: { fills: true, repeats: true },
};

const FAULTS: readonly [FaultOrder, ...FaultOrder[]] = [
  { status: 500, times: 2 },
  { status: 503, times: 3 },
  { status: 429, times: 1, headers: { 'Retry-After': 1 } },
  { kind: 'reset', times: 2 },
  { kind: 'html', times: 1 },
  { kind: 'accept_then_reset', times: 1 },
  { kind: 'slow', times: 2, delay_ms: 200 },
];

/** Less than half of LinkedIn's 90 days. */
const WEEKS_TO_CATCH_UP = 6;

export async function runHalfYear(options: HalfYearOptions): Promise<HalfYear> {
  const product = await startLocalProduct({ isEmpty: true });
  try {
    return await new Run(product, options).all();
  } finally {
    await product.stop();
  }
}

type Outcome = { index: number; outcome: string };

/** The answer to a change that is sent again after it was stored. */
const WAS_STORED: ReadonlySet<string> = new Set(['sent', 'duplicate', 'stage_already_sent']);

class Run {
  readonly #product: LocalProduct;
  readonly #options: HalfYearOptions;
  readonly #chance: Chance;
  readonly #model = new Model();
  readonly #outcomes: HalfYear['outcomes'] = {};
  readonly #differences: Difference[] = [];
  #aheadMs = 0;
  #kills = 0;
  #faults = 0;

  constructor(product: LocalProduct, options: HalfYearOptions) {
    this.#product = product;
    this.#options = options;
    this.#chance = new Chance(options.seed + 1);
  }

  async all(): Promise<HalfYear> {
    const { seed, leads, weeks, weekMs = WEEK_MS, movesClock, log = () => {} } = this.#options;
    const startedAtMs = Date.now();
    const nowMsOf = (week: number): number => startedAtMs + (movesClock ? week : week + 1 - weeks) * weekMs;
    const site = await setUp(this.#product, SETTINGS);
    for (const week of plan({ seed, leads, weeks, weekMs, nowMsOf }).weeks) {
      if (movesClock && week.number % WEEKS_TO_CATCH_UP === 0) await this.#catchUp();
      if (movesClock && week.number % 2 === 0) await this.#moveTo((week.number + 1) * weekMs);
      await this.#week(week, site);
      log(
        `week ${week.number + 1} of ${weeks}: ${this.#model.accepted.length} expected, ${this.#distinct().size} accepted`,
      );
    }
    await this.#settle();
    const found = differences(this.#model.accepted, this.#product.sandbox.events);
    const { body } = await this.#product.admin(`/sources/${site.sourceId}/ledger?from=2020-01-01&to=2040-01-01`);
    const { totals, balanced }: { totals: Record<string, number>; balanced: boolean } = Object(body);
    const counts = {
      delivered: totals['delivered'],
      dead: totals['dead'],
      held: totals['held'],
      pending: totals['pending'],
      balanced,
    };
    const wanted = { delivered: this.#model.accepted.length, dead: 0, held: 0, pending: 0, balanced: true };
    if (JSON.stringify(counts) !== JSON.stringify(wanted))
      this.#differences.push({ what: 'the ledger', expected: JSON.stringify(wanted), found: JSON.stringify(counts) });
    return {
      outcomes: this.#outcomes,
      expected: this.#model.accepted.length,
      accepted: this.#distinct().size,
      repeated: this.#product.sandbox.events.length - this.#distinct().size,
      kills: this.#kills,
      faults: this.#faults,
      differences: [...this.#differences, ...found],
    };
  }

  /** Kills the Worker, whatever it is doing, and starts it with another clock. */
  async #moveTo(aheadMs: number): Promise<void> {
    await this.#product.kill();
    this.#kills += 1;
    this.#aheadMs = aheadMs;
    this.#product.sandbox.setState({ clock_offset_ms: aheadMs });
    await this.#product.restart({ clockAheadMs: aheadMs });
  }

  async #week(week: Week, site: Site): Promise<void> {
    const { isFaulty = () => true, isKilled = (number) => number % 3 === 1 } = this.#options;
    if (isFaulty(week.number)) {
      this.#product.sandbox.fault({ ...this.#chance.of(FAULTS), path: '/rest/conversionEvents' });
      this.#faults += 1;
    }
    const notices = week.notices.map((notice) => ({
      body: noticeOf(notice),
      expect: () => [this.#model.notice(notice, this.#now())],
    }));
    const hooks = HOOK_NAMES.map(async (hook) => {
      const { atOnce } = HOOK_KINDS[hook];
      const made = site.hooks[hook];
      const changes = week.changes[hook].map((change) => ({
        body: bodyOf(made.kind, change),
        expect: () => this.#model.change(hook, change, SETTINGS[hook], this.#now()),
      }));
      await this.#call(`hook ${hook}`, made, changes, atOnce);
    });
    await Promise.all([
      this.#forms(week.forms, site),
      this.#file(week.rows, site, isKilled(week.number)),
      this.#call('lead sync', site.leadSync, notices, 1),
      ...hooks,
    ]);
  }

  #now(): number {
    return Date.now() + this.#aheadMs;
  }

  #crash(): void {
    this.#kills += 1;
    void this.#product.crash();
  }

  /** Events of the site's form, as the tag sends them. */
  async #forms(leads: readonly FormLead[], { sourceId, writeKey }: Site): Promise<void> {
    for (const lead of leads) {
      const { id, atMs, person, hasConsent } = lead;
      const expected = this.#model.form(lead, this.#now());
      const event = {
        type: 'track',
        event: 'Lead',
        messageId: id,
        timestamp: new Date(atMs).toISOString(),
        properties: { li_fat_id: person.clickId },
        ...(person.email !== undefined && { traits: { email: person.email } }),
        context: { consent: { categoryPreferences: { advertising: hasConsent } } },
      };
      const { status } = await again(() => this.#product.collect({ batch: [event] }, { writeKey }));
      const { body } = await again(() => this.#product.admin(`/sources/${sourceId}/events/${id}`));
      const { state, reason }: { state: string; reason: string } = Object(body);
      // A duplicate has the state of the first one.
      const found =
        status !== 200 ? String(status) : expected === 'duplicate' ? expected : state === 'skipped' ? reason : 'sent';
      this.#note('form', id, expected, found);
    }
  }

  /** Calls a hook until it answers 200, as CRMs do. */
  async #call(
    channel: string,
    hook: MadeHook,
    changes: readonly { body: object; expect: () => string[] }[],
    atOnce: number,
  ): Promise<void> {
    for (let from = 0; from < changes.length; from += atOnce) {
      const part = changes.slice(from, from + atOnce).map(({ body, expect }) => ({ body, expected: expect() }));
      const items = part.map(({ body }) => body);
      const { outcomes, isRetried } = await this.#post(hook, JSON.stringify(atOnce === 1 ? items[0] : items));
      part.forEach(({ body, expected }, index) => {
        const found = outcomes.filter((each) => each.index === index).map(({ outcome }) => outcome);
        // The call whose answer was lost may have been stored. Then none of its stages is sent again.
        const wasStored =
          isRetried && found.every((each) => WAS_STORED.has(each)) && expected.some((each) => WAS_STORED.has(each));
        const told = wasStored ? expected : found;
        for (let at = 0; at < Math.max(expected.length, told.length); at += 1)
          this.#note(channel, JSON.stringify(body), expected[at] ?? 'nothing', told[at] ?? 'nothing');
      });
    }
  }

  async #post(hook: MadeHook, body: string): Promise<{ outcomes: Outcome[]; isRetried: boolean }> {
    const { url } = this.#product;
    let attempts = 0;
    const text = await again(async () => {
      attempts += 1;
      const headers = { 'Content-Type': 'application/json', ...signed(hook, { url, body, nowMs: this.#now() }) };
      const response = await fetch(`${url}${hook.path}`, { method: 'POST', headers, body });
      if (response.status >= 500) throw new TypeError(`${hook.kind} got ${response.status}`);
      if (response.status !== 200) throw new Error(`${hook.kind} got ${response.status}: ${await response.text()}`);
      return response.text();
    });
    const { outcomes }: { outcomes: Outcome[] } = JSON.parse(text);
    return { outcomes, isRetried: attempts > 1 };
  }

  async #file(rows: readonly Row[], { sourceId }: Site, isKilled: boolean): Promise<void> {
    if (rows.length === 0) return;
    const expected = this.#model.file(rows, this.#now());
    const lines = rows.map(({ id, event, time, person, money, consent }) =>
      [person.email ?? '', time, event, money?.amount ?? '', money?.currency ?? '', id, consent].join(','),
    );
    const path = `/sources/${sourceId}/imports`;
    const begun = await fetch(`${this.#product.url}/v1/admin${path}?lawful_basis=consent`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${this.#product.adminToken}`, 'Content-Type': 'text/csv' },
      body: ['Email,Close date,Event,Amount,Currency,Order ID,Consent', ...lines].join('\n'),
    });
    const { id }: { id: string } = Object(await begun.json());
    if (isKilled) this.#crash();
    const report = await this.#report(`${path}/${id}`);
    const found = new Map(
      report.map(([row, outcome, reason]) => [Number(row), outcome === 'accepted' ? outcome : reason]),
    );
    expected.forEach((each, at) => this.#note('file', JSON.stringify(rows[at]), each, found.get(at + 2) ?? 'nothing'));
  }

  async #report(path: string): Promise<string[][]> {
    const headers = { Authorization: `Bearer ${this.#product.adminToken}` };
    return again(async () => {
      const { body } = await this.#product.admin(path);
      if (Object(body).state !== 'done') throw new TypeError(`${path} hasn't ended`);
      const response = await fetch(`${this.#product.url}/v1/admin${path}/report`, { headers });
      const lines = (await response.text()).trim().split(/\r?\n/);
      return lines.slice(1).map((line) => line.split(','));
    });
  }

  #note(channel: string, about: string, expected: string, found: string): void {
    const counts = (this.#outcomes[channel] ??= {});
    counts[found] = (counts[found] ?? 0) + 1;
    if (expected !== found) this.#differences.push({ what: `${channel}: ${about}`, expected, found });
  }

  #distinct(): Set<string> {
    return new Set(
      this.#product.sandbox.events.map(
        ({ element }) => `${String(element['conversion'])} ${String(element['eventId'])}`,
      ),
    );
  }

  /**
   * Waits until nothing is on its way. Deliveries that wait after a failure are sent at once when the clock moves on.
   */
  async #settle(): Promise<void> {
    await fetch(`${this.#product.sandbox.url}/_sandbox/faults`, { method: 'DELETE' });
    if (this.#options.movesClock) await this.#moveTo(this.#aheadMs + 3_600_000);
    await this.#catchUp();
  }

  /**
   * Waits until everything was accepted that should be. A week passes in seconds here, and the waits after failures take
   * as long as ever, so without this LinkedIn's 90 days would be over before the end of some waits.
   */
  async #catchUp(): Promise<void> {
    await this.#product.runCron();
    const until = performance.now() + 240_000;
    let quietSince = performance.now();
    let last = -1;
    while (performance.now() < until) {
      const now = this.#distinct().size;
      if (now !== last) quietSince = performance.now();
      last = now;
      const isQuiet = performance.now() - quietSince > (now < this.#model.accepted.length ? 150_000 : 1_500);
      if (isQuiet) return;
      await wait(200);
    }
  }
}

/** Repeats something until it succeeds, because the Worker may be killed in the meantime, or not be back yet. */
async function again<Value>(work: () => Promise<Value>): Promise<Value> {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof SyntaxError) || attempt > 400) throw error;
    }
    await wait(200);
  }
}
