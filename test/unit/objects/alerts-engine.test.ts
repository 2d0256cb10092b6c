import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';

import type { Channel } from '../../../worker/domain/incidents/alerts/channel.ts';
import type { Alert } from '../../../worker/domain/incidents/alerts/messages.ts';
import type { SourceFacts } from '../../../worker/domain/incidents/source-facts.ts';
import { AlertsEngine } from '../../../worker/objects/alerts/alerts-engine.ts';
import type { AlertsPorts } from '../../../worker/objects/alerts/alerts-ports.ts';
import { ALERTS_MIGRATIONS } from '../../../worker/objects/alerts/alerts-schema.ts';
import type { HourlyRead } from '../../../worker/objects/outbox/reports/hourly.ts';
import { migrate } from '../../../worker/objects/sql.ts';
import { aHealth, aWaitingRule, theFacts } from '../domain/incidents/a-look.ts';
import { NOW } from '../support/an-event.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

const revoked = (sourceId = 'src_1'): SourceFacts =>
  theFacts({
    sourceId,
    health: [aHealth({ hold: { reason: 'token_refused', sinceMs: NOW }, rules: [aWaitingRule()] })],
  });
const well = (sourceId = 'src_1'): SourceFacts => theFacts({ sourceId });

const aChannel = (over: Partial<Channel> = {}): Channel => ({
  id: 'ach_1',
  type: 'webhook',
  name: 'On call',
  enabled: true,
  source_ids: null,
  min_severity: 'warning',
  time_zone: 'UTC',
  quiet_hours: null,
  digest: 'none',
  address: '',
  created_at: '',
  updated_at: '',
  ...over,
});

/** The alerts on the SQLite of a real object, with a clock and a world of their own. */
class Bench {
  readonly storage: DurableObjectStorage;
  nowMs = NOW;
  alarmMs: number | null = null;
  readonly sources = new Map<string, SourceFacts | 'unreachable'>();
  readonly sent: { channel: string; alert: Alert }[] = [];
  readonly faults: unknown[] = [];
  /** The events of complete hours. */
  hourly: (afterSeq: number) => HourlyRead = (afterSeq) => ({ afterSeq, isComplete: true, rows: [] });
  /** The versions that LinkedIn was asked about, and its answers. */
  readonly scouted: (readonly string[])[] = [];
  versions: Record<string, 'active' | 'inactive'> = {};
  /** The versions that integrations were asked to try. */
  readonly tried: (readonly [sourceId: string, integrationId: string, version: string])[] = [];
  /** The receiver's answer. */
  answer: () => string | undefined = () => undefined;
  #ids = 0;
  #sameMoment = 0;

  constructor(storage: DurableObjectStorage) {
    this.storage = storage;
  }

  ports(): AlertsPorts {
    return {
      database: { sql: this.storage.sql, transaction: (work) => this.storage.transactionSync(work) },
      now: () => this.nowMs,
      newId: (prefix) => `${prefix}_${++this.#ids}`,
      alarm: {
        get: async () => this.alarmMs,
        set: async (atMs) => {
          this.alarmMs = atMs;
        },
        clear: async () => {
          this.alarmMs = null;
        },
      },
      sleep: () => new Promise(() => {}),
      seal: { seal: async (address) => JSON.stringify(address), open: async (sealed) => JSON.parse(sealed) },
      sourceIds: async () => [...this.sources.keys()],
      sourceNames: async (ids) => new Map(ids.map((id) => [id, `Site ${id}`])),
      scout: async (versions) => {
        this.scouted.push(versions);
        return this.versions;
      },
      observe: async (id) => {
        const facts = this.sources.get(id);
        if (facts === 'unreachable') throw new Error('Network connection lost.');
        return facts;
      },
      tryVersion: async (...trial) => void this.tried.push(trial),
      hourly: async (_, afterSeq) => this.hourly(afterSeq),
      progress: async () => {
        throw new Error('No monitor asks in these tests');
      },
      tallied: async () => [],
      totals: async (id) => ({ name: `Site ${id}`, received: 120, delivered: 12, waiting: 1, failed: 0 }),
      send: async ({ id }, _, alert) => {
        this.sent.push({ channel: id, alert });
        return this.answer();
      },
      base: () => 'https://t.example.com',
      log: (where, error) => this.faults.push([where, error]),
    };
  }

  /** Runs the alarm each time it is due, for this long. */
  async pass(engine: AlertsEngine, ms: number): Promise<void> {
    const endMs = this.nowMs + ms;
    while (this.alarmMs !== null && this.alarmMs <= endMs) {
      // Each run ends what was due, so an alarm for the same moment comes at most a few times.
      this.#sameMoment = this.alarmMs <= this.nowMs ? this.#sameMoment + 1 : 0;
      if (this.#sameMoment > 20) throw new Error('The alarm is set to a time at which nothing can be done');
      this.nowMs = Math.max(this.nowMs, this.alarmMs);
      this.alarmMs = null;
      await engine.run();
    }
    this.nowMs = endMs;
  }

  told(): string[] {
    return this.sent.map(({ channel, alert }) => `${channel} ${alert.type}`);
  }
}

async function onABench(work: (bench: Bench, engine: AlertsEngine) => Promise<void>): Promise<void> {
  await runInDurableObject(env.REFUSALS.getByName(crypto.randomUUID()), async (_, { storage }) => {
    await storage.deleteAll();
    const bench = new Bench(storage);
    const engine = new AlertsEngine(bench.ports());
    await engine.channels.write(aChannel(), { url: 'https://hooks.example.com/in' });
    await work(bench, engine);
  });
}

describe('the alerts', () => {
  it('ask LinkedIn about its versions once a day, in an hour if it said nothing, and keep what it said', () =>
    onABench(async (bench, engine) => {
      const round = async (ms: number): Promise<number> => {
        await engine.beginRound();
        await bench.pass(engine, ms);
        return bench.scouted.length;
      };
      bench.sources.set('src_1', well());
      expect(await round(59 * MINUTE_MS)).toBe(1);
      expect(await round(MINUTE_MS)).toBe(1);
      bench.versions = { '202609': 'active', '202610': 'inactive' };
      expect(await round(60 * MINUTE_MS)).toBe(2);
      expect(engine.versions.known()).toEqual({ '202609': 'active', '202610': 'inactive' });
      expect(await round(22 * 60 * MINUTE_MS)).toBe(2);
      bench.versions = { '202610': 'active' };
      await round(60 * MINUTE_MS);
      expect(await round(60 * MINUTE_MS)).toBe(3);

      expect(engine.versions.known()).toEqual({ '202609': 'active', '202610': 'active' });
    }));

  it('tell a channel when an incident opens and when it closes, each once', () =>
    onABench(async (bench, engine) => {
      bench.sources.set('src_1', revoked());
      await engine.notice('src_1');
      await bench.pass(engine, 5 * MINUTE_MS);
      expect(bench.told()).toEqual(['ach_1 incident.opened']);

      bench.sources.set('src_1', well());
      await engine.notice('src_1');
      await bench.pass(engine, 2 * SECOND_MS);

      expect(bench.told()).toEqual(['ach_1 incident.opened', 'ach_1 incident.closed']);
      expect(bench.sent[0]?.alert.words.title).toBe('Critical: LinkedIn refuses the access token');
      expect(bench.alarmMs).toBeNull();
    }));

  it('see at a round what no outbox has told, also that a source was deleted', () =>
    onABench(async (bench, engine) => {
      bench.sources.set('src_1', revoked());
      await engine.beginRound();
      await bench.pass(engine, MINUTE_MS);
      bench.sources.delete('src_1');
      await engine.beginRound();
      await bench.pass(engine, MINUTE_MS);

      expect(bench.told()).toEqual(['ach_1 incident.opened', 'ach_1 incident.closed']);
    }));

  it('tell of a hundred sites with one dead LinkedIn app once, with all of them', () =>
    onABench(async (bench, engine) => {
      for (let site = 0; site < 100; site += 1) bench.sources.set(`src_${site}`, revoked(`src_${site}`));
      await engine.beginRound();
      await bench.pass(engine, 10 * MINUTE_MS);

      expect(bench.told()).toEqual(['ach_1 incident.opened']);
      expect(bench.sent[0]?.alert.incident).toMatchObject({
        sources: 100,
        held: 1_200,
        value_at_risk: { EUR: '90000' },
      });
      expect(bench.sent[0]?.alert.words.lines[0]).toMatch(/^100 sites: Site src_.*and 95 more$/);
    }));

  it('are silent about what was over before it was told', () =>
    onABench(async (bench, engine) => {
      bench.sources.set('src_1', revoked());
      await engine.notice('src_1');
      await bench.pass(engine, 3 * SECOND_MS);
      bench.sources.set('src_1', well());
      await engine.notice('src_1');
      await bench.pass(engine, MINUTE_MS);

      expect(bench.told()).toEqual([]);
      expect(
        engine.list({ state: 'closed', sourceId: undefined, only: undefined, limit: 10, beforeSeq: undefined }).data,
      ).toMatchObject([{ alerts: [{ state: 'dropped', note: 'The incident ended before this alert was sent.' }] }]);
    }));

  it('are sent again until the receiver has confirmed them, in order, with the same ID', () =>
    onABench(async (bench, engine) => {
      bench.answer = () => 'The receiver answered 500.';
      bench.sources.set('src_1', revoked());
      await engine.notice('src_1');
      await bench.pass(engine, 2 * MINUTE_MS);
      bench.sources.set('src_1', well());
      await engine.notice('src_1');
      await bench.pass(engine, 10 * MINUTE_MS);
      const failed = bench.sent.length;
      expect(failed).toBeGreaterThan(3);
      expect(new Set(bench.sent.map(({ alert }) => `${alert.type} ${alert.id}`)).size).toBe(1);

      bench.answer = () => undefined;
      await bench.pass(engine, 60 * MINUTE_MS);

      expect(bench.told().slice(failed)).toEqual(['ach_1 incident.opened', 'ach_1 incident.closed']);
    }));

  it('give up after three days, and say so', () =>
    onABench(async (bench, engine) => {
      bench.answer = () => 'The receiver answered 404.';
      bench.sources.set('src_1', revoked());
      await engine.notice('src_1');
      await bench.pass(engine, MINUTE_MS);
      // The source is not checked any more, because that would take too long.
      bench.sources.set('src_1', well());
      await bench.pass(engine, 4 * 24 * 60 * MINUTE_MS);

      expect(engine.outbox.of('inc_1', 10).at(-1)).toMatchObject({
        state: 'failed',
        note: 'The receiver answered 404.',
      });
      expect(bench.sent.length).toBeLessThan(150);
    }));

  it('go on after a crash at any moment: no state is lost, and a confirmed one is not sent again', () =>
    onABench(async (bench) => {
      bench.sources.set('src_1', revoked());
      // The process dies after each attempt: nothing but the database stays, and the alarm.
      let crashes = 0;
      const crashing = (): AlertsEngine => {
        const ports = bench.ports();
        return new AlertsEngine({
          ...ports,
          send: async (...args) => {
            const answer = await ports.send(...args);
            crashes += 1;
            return crashes <= 2 ? new Promise(() => {}) : answer;
          },
        });
      };
      await crashing().notice('src_1');
      for (let second = 0; second < 300; second += 1) {
        bench.nowMs += SECOND_MS;
        if (bench.alarmMs === null || bench.alarmMs > bench.nowMs) continue;
        // Anything that hangs is abandoned, as after kill -9.
        await Promise.race([crashing().run(), new Promise((resolve) => setTimeout(resolve, 20))]);
      }

      // Twice the receiver's answer was lost, so it got the alert three times, with one ID.
      expect(bench.sent.map(({ alert }) => alert.id)).toEqual(Array.from({ length: 3 }, () => bench.sent[0]?.alert.id));
    }));

  it('say in plain words that the conversions of a site have stopped', () =>
    onABench(async (bench, engine) => {
      bench.sources.set('src_1', well());
      const last = Math.floor(NOW / 3_600_000) - 1;
      const rows = Array.from({ length: 6 * 168 }, (_, index) => ({
        name: 'Lead',
        hour: last - index,
        events: index < 2 ? 0 : 10,
        withClickId: 0,
        withoutConsent: 0,
        value: 0,
        valued: 0,
      }));
      bench.hourly = (afterSeq) => ({ afterSeq: 7, isComplete: true, rows: afterSeq === 0 ? rows : [] });
      await engine.beginRound();
      await bench.pass(engine, MINUTE_MS);

      expect(bench.sent[0]?.alert.words).toMatchObject({
        title: 'Critical: No conversions where there usually are some',
        lines: ['Site src_1', 'Lead: 0 in the last 2 hours, usually 20 at this time on Saturdays.', expect.any(String)],
      });
    }));

  it('send a digest once a day, in words and numbers', () =>
    onABench(async (bench, engine) => {
      await engine.channels.write(aChannel({ id: 'ach_2', min_severity: 'none', digest: 'daily' }), {});
      bench.sources.set('src_1', revoked());
      for (let round = 0; round < 12; round += 1) {
        await engine.beginRound();
        await bench.pass(engine, 60 * MINUTE_MS);
      }

      const digests = bench.sent.filter(({ channel }) => channel === 'ach_2');
      expect(digests.map(({ alert }) => alert.words)).toEqual([
        {
          title: 'Yesterday: LinkedIn accepted 12 events, 1 open incident',
          lines: [
            'LinkedIn refuses the access token. 12 conversions are not sent yet, worth 900 EUR. LinkedIn accepts the oldest for 89 more days.',
            'Site src_1: 120 events received, 12 accepted by LinkedIn, 1 waiting.',
          ],
          link: 'https://t.example.com/console#/',
        },
      ]);
    }));

  it('send a heartbeat for each round of the cron trigger, and none when it does not come', () =>
    onABench(async (bench, engine) => {
      await engine.channels.write(aChannel({ id: 'ach_2', type: 'heartbeat' }), {});
      bench.sources.set('src_1', well());
      for (let round = 0; round < 3; round += 1) {
        await engine.beginRound();
        await bench.pass(engine, 5 * MINUTE_MS);
      }
      await bench.pass(engine, 60 * MINUTE_MS);
      await engine.notice('src_1');
      await bench.pass(engine, MINUTE_MS);

      expect(bench.told()).toEqual(Array.from({ length: 3 }, () => 'ach_2 test'));
    }));

  it('let a batch try a newer version of LinkedIn, once until something changes', () =>
    onABench(async (bench, engine) => {
      bench.sources.set('src_1', theFacts({ integration: { nextVersion: '202610' } }));
      await engine.notice('src_1');
      await bench.pass(engine, MINUTE_MS);
      bench.sources.set('src_1', theFacts({ integration: { nextVersion: '202610', triedVersion: '202610' } }));
      await engine.notice('src_1');
      await bench.pass(engine, MINUTE_MS);
      bench.sources.set('src_1', theFacts({ integration: { nextVersion: '202611', isEnabled: false } }));
      await engine.notice('src_1');
      await bench.pass(engine, MINUTE_MS);

      expect(bench.tried).toEqual([['src_1', 'int_1', '202610']]);
    }));

  it('ask LinkedIn about its versions again when it has refused one, at most once an hour', () =>
    onABench(async (bench, engine) => {
      bench.versions = { '202609': 'active' };
      bench.sources.set('src_1', well());
      const look = async (ms: number): Promise<number> => {
        await engine.beginRound();
        await bench.pass(engine, ms);
        return bench.scouted.length;
      };
      expect(await look(2 * 60 * MINUTE_MS)).toBe(1);
      const hold = { reason: 'version_sunset', sinceMs: NOW };
      bench.sources.set('src_1', theFacts({ health: [aHealth({ hold, rules: [aWaitingRule()] })] }));
      expect(await look(50 * MINUTE_MS)).toBe(2);
      expect(await look(60 * MINUTE_MS)).toBe(3);
    }));

  it('keep an incident open while its source cannot be looked at', () =>
    onABench(async (bench, engine) => {
      bench.sources.set('src_1', revoked());
      await engine.notice('src_1');
      await bench.pass(engine, MINUTE_MS);
      bench.sources.set('src_1', 'unreachable');
      await bench.pass(engine, 10 * MINUTE_MS);
      expect(bench.told()).toEqual(['ach_1 incident.opened']);
      expect(bench.faults.length).toBeGreaterThan(5);

      bench.sources.set('src_1', well());
      await bench.pass(engine, MINUTE_MS);
      expect(bench.told()).toEqual(['ach_1 incident.opened', 'ach_1 incident.closed']);
    }));

  it('tell a channel of some sources only about those', () =>
    onABench(async (bench, engine) => {
      await engine.channels.write(aChannel({ id: 'ach_2', source_ids: ['src_2'] }), {
        url: 'https://hooks.example.com/2',
      });
      bench.sources.set('src_1', revoked()).set('src_2', revoked('src_2'));
      await engine.beginRound();
      await bench.pass(engine, MINUTE_MS);

      const ofTwo = bench.sent.find(({ channel }) => channel === 'ach_2');
      expect(ofTwo?.alert.incident).toMatchObject({ sources: 1, source_id: 'src_2', held: 12 });
      expect(JSON.stringify(ofTwo)).not.toContain('src_1');
    }));

  it('forget what an older version showed of an address besides its host', () =>
    runInDurableObject(env.REFUSALS.getByName(crypto.randomUUID()), async (_, { storage }) => {
      await storage.deleteAll();
      const bench = new Bench(storage);
      const { database } = bench.ports();
      migrate(database, ALERTS_MIGRATIONS.slice(0, 3));
      const shown = ['hooks.slack.com/…9x7z', 'o…@example.com', 'events.pagerduty.com/…3456', 'example.com'];
      for (const [index, address] of shown.entries())
        database.sql.exec(
          "INSERT INTO channels (id, body, address) VALUES (?, ?, '')",
          `ach_${index}`,
          JSON.stringify(aChannel({ id: `ach_${index}`, address })),
        );

      const { channels } = new AlertsEngine(bench.ports());

      expect(channels.all().map(({ address }) => address)).toEqual([
        'hooks.slack.com',
        'example.com',
        'events.pagerduty.com',
        'example.com',
      ]);
    }));
});
