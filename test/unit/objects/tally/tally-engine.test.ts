import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { aPageView, aTallyRequest, inATally } from '../../support/a-tally.ts';
import type { TallyWorld } from '../../support/a-tally.ts';
import { NOW } from '../../support/an-event.ts';

const DAY = new Date(NOW).toISOString().slice(0, 10);
const TODAY = { from: DAY, to: DAY };
const HOUR_MS = 3_600_000;

const latest = ({ reader }: TallyWorld, limit = 50) =>
  reader.latest({ limit, beforeSeq: undefined }).data.map(({ message_id }) => message_id);

/** Everything that a person can read about the source. */
const reports = ({ reader }: TallyWorld) => ({
  ledger: reader.ledger(TODAY),
  hours: reader.lastHours(24),
  lint: reader.lint(TODAY),
  consent: reader.consent(TODAY),
  latest: reader.latest({ limit: 100, beforeSeq: undefined }),
});

describe('a page view', () => {
  it('is in the ledger, the consent report, the lint report and the list, with its story', async () => {
    await inATally(async (world) => {
      const event = aPageView({ messageId: 'view-1', lint: ['amount_empty'] });

      expect(await world.engine.count(aTallyRequest([event]))).toEqual({ kind: 'kept', duplicates: 0 });

      const { ledger, hours, lint, consent } = reports(world);
      const row = { day: DAY, event: 'page', received: 1, skipped: { no_mapping: 1 }, rejected: 0, delivered: 0 };
      expect(ledger).toMatchObject({ data: [row], totals: { received: 1 }, balanced: true });
      expect(hours).toMatchObject({ data: [{ ...row, hour: new Date(NOW).getUTCHours() }], balanced: true });
      expect(lint.data).toMatchObject([{ code: 'amount_empty', events: 1 }]);
      expect(consent).toEqual({
        data: [
          {
            categories: { advertising: true },
            source: 'onetrust',
            policy: null,
            country: 'DE',
            events: 1,
            withheld: 0,
          },
        ],
        events: 1,
        withheld: 0,
      });
      expect(world.reader.event('view-1')).toMatchObject({
        message_id: 'view-1',
        event: 'Home',
        state: 'skipped',
        reason: 'no_mapping',
        fields: ['context.page.url', 'context.page.title'],
        consent: event.consent,
        lint: [{ code: 'amount_empty' }],
        deliveries: [],
        same_id: [],
      });
    });
  });

  it('that comes again is counted as a duplicate, also after a restart', async () => {
    await inATally(async (world) => {
      const request = aTallyRequest([aPageView({ messageId: 'view-1' }), aPageView({ messageId: 'view-1' })]);
      expect(await world.engine.count(request)).toEqual({ kind: 'kept', duplicates: 1 });
      world.restart();
      expect(await world.engine.count(request)).toEqual({ kind: 'kept', duplicates: 2 });

      expect(reports(world).ledger.totals).toMatchObject({ received: 4, skipped: { no_mapping: 1, duplicate: 3 } });
      expect(latest(world)).toEqual(['view-1']);
    });
  });

  it('is told apart from another event with its ID', async () => {
    await inATally(async (world) => {
      const other = aPageView({ messageId: 'view-1', type: 'track', name: 'Video Played' });
      await world.engine.count(aTallyRequest([aPageView({ messageId: 'view-1' }), other]));

      const story = world.reader.event('view-1');
      expect(story).toMatchObject({ event: 'Video Played', same_id: [{ event: 'Home' }] });
      expect(world.reader.event('view-1', story?.same_id[0]?.seq)).toMatchObject({ event: 'Home' });
    });
  });

  it('wakes a viewer who waits for it', async () => {
    await inATally(async (world) => {
      await world.engine.count(aTallyRequest([aPageView({ messageId: 'view-1' })]));
      const { reader } = world;
      const first = await reader.look({ afterSeq: 0, limit: 10, waitMs: 1, version: undefined });
      const seq = first.events[0]?.seq ?? 0;
      const waiting = reader.look({ afterSeq: seq, limit: 10, waitMs: 1, version: first.version });
      await world.engine.count(aTallyRequest([aPageView({ messageId: 'view-2' })]));

      expect((await waiting).events.map(({ event }) => event.message_id)).toEqual(['view-2']);
      expect(reader.eventsAt([seq]).map(({ event }) => event.message_id)).toEqual(['view-1']);
    });
  });
});

describe('the cost in rows', () => {
  it('is one row for an event alone, and a fiftieth of one in a batch', async () => {
    await inATally(async (world) => {
      await world.engine.count(aTallyRequest([aPageView()]));
      const before = world.rowsWritten;
      for (let more = 0; more < 100; more += 1) await world.engine.count(aTallyRequest([aPageView()]));
      const alone = (world.rowsWritten - before) / 100;
      const batch = Array.from({ length: 100 }, () => aPageView());
      const beforeBatch = world.rowsWritten;
      await world.engine.count(aTallyRequest(batch));
      const inBatch = (world.rowsWritten - beforeBatch) / 100;

      expect({ alone, inBatch }).toEqual({ alone: 1, inBatch: 0.01 });
    });
  });

  it('stays below 1.2 rows and 30 bytes an event over a day of single page views', async () => {
    await inATally(
      async (world) => {
        const events = 6_000;
        for (let more = 0; more < events; more += 1) await world.engine.count(aTallyRequest([aPageView()]));

        expect(world.rowsWritten / events).toBeLessThan(1.2);
        // The log keeps its size, whatever the traffic. The rest of the day is in the counts.
        const [size] = world.sql
          .exec<{ bytes: number }>(`SELECT sum(length(day) + length(name) + length(outcome) + 20) AS bytes FROM counts`)
          .toArray();
        expect((size?.bytes ?? 0) / events).toBeLessThan(1);
      },
      { chars: 200_000 },
    );
  });

  it('of a visit is bounded, however many events there are', async () => {
    await inATally(
      async (world) => {
        const events = Array.from({ length: 5_000 }, (_, at) => aPageView({ messageId: `view-${at}` }));
        for (let from = 0; from < events.length; from += 10)
          await world.engine.count(aTallyRequest(events.slice(from, from + 10)));
        const before = world.rowsRead;
        reports(world);
        world.reader.event('view-4999');

        expect(world.rowsRead - before).toBeLessThan(1_000);
      },
      { pages: 100 },
    );
  });
});

describe('the log', () => {
  it('has a limited size, and the ledger is complete all the same', async () => {
    await inATally(
      async (world) => {
        for (let more = 0; more < 400; more += 1)
          await world.engine.count(aTallyRequest([aPageView({ messageId: `view-${more}` })]));

        const [log] = world.sql
          .exec<{ pages: number; chars: number }>('SELECT count(*) AS pages, sum(length(body)) AS chars FROM log_pages')
          .toArray();
        expect(log?.chars).toBeLessThan(20_000);
        expect(reports(world).ledger.totals).toMatchObject({ received: 400, skipped: { no_mapping: 400 } });
        expect(latest(world, 3)).toEqual(['view-399', 'view-398', 'view-397']);
        expect(world.reader.event('view-0')).toBeUndefined();
      },
      { chars: 12_000, uncounted: 20 },
    );
  });

  it('is read in pages without a gap, from the newest to the oldest event', async () => {
    await inATally(async (world) => {
      const ids = Array.from({ length: 250 }, (_, at) => `view-${at}`);
      for (const messageId of ids) await world.engine.count(aTallyRequest([aPageView({ messageId })]));

      const read: string[] = [];
      let beforeSeq: number | undefined;
      do {
        const page = world.reader.latest({ limit: 40, beforeSeq });
        read.push(...page.data.map(({ message_id }) => message_id));
        beforeSeq = page.nextSeq;
      } while (beforeSeq !== undefined);
      expect(read).toEqual(ids.toReversed());
    });
  });

  it('loses events older than the retention, but not their counts by day', async () => {
    await inATally(async (world) => {
      await world.engine.count(aTallyRequest([aPageView({ messageId: 'view-1' })]));
      const before = reports(world);
      world.retentionMs = 24 * HOUR_MS;
      world.nowMs += 23 * HOUR_MS;
      await world.engine.alarm();
      expect(reports(world).latest).toEqual(before.latest);
      expect(world.alarmAtMs).not.toBeNull();

      world.nowMs += 6 * 24 * HOUR_MS;
      await world.engine.alarm();

      expect(latest(world)).toEqual([]);
      expect(reports(world).ledger).toEqual(before.ledger);
      expect(reports(world).consent.data).toEqual([]);
      // Nothing is left to do, so it sleeps.
      expect(world.alarmAtMs).toBeNull();
    });
  });
});

describe('a commit that fails', () => {
  it('leaves nothing behind, and the next one is whole', async () => {
    await inATally(async (world) => {
      await world.engine.count(aTallyRequest([aPageView({ messageId: 'view-1' })]));
      const before = reports(world);
      world.isDiskFull = true;
      const refused = world.engine.count(aTallyRequest([aPageView({ messageId: 'view-2' })]));
      await expect(refused).rejects.toThrow('SQLITE_FULL');
      world.isDiskFull = false;
      expect(reports(world)).toEqual(before);

      await world.engine.count(aTallyRequest([aPageView({ messageId: 'view-2' })]));

      expect(latest(world)).toEqual(['view-2', 'view-1']);
      expect(reports(world).ledger.totals).toMatchObject({ received: 2, skipped: { no_mapping: 2 } });
    });
  });
});

describe('a deleted source', () => {
  it('stores nothing until it is created again', async () => {
    await inATally(async (world) => {
      world.engine.noteDeletion();
      expect(await world.engine.count(aTallyRequest([aPageView()]))).toEqual({ kind: 'source_deleted' });
      expect(latest(world)).toEqual([]);

      world.isSourceBack = true;
      expect(await world.engine.count(aTallyRequest([aPageView()]))).toMatchObject({ kind: 'kept' });
    });
  });
});

describe('any traffic, with restarts at any moment', () => {
  const anEvent = fc.record({
    messageId: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'),
    type: fc.constantFrom('page' as const, 'track' as const),
    name: fc.constantFrom('Home', 'Prices', '名前', '"quoted"\\', '(other)'),
    receivedAtMs: fc.integer({ min: NOW, max: NOW + HOUR_MS }),
    skipReason: fc.constantFrom('no_mapping' as const, 'bot' as const),
    lint: fc.subarray(['amount_empty', 'amount_negative'] as const),
    consent: fc.record({
      categories: fc.dictionary(fc.constantFrom('advertising', 'analytics', '__proto__'), fc.boolean()),
      policy: fc.constantFrom('denied' as const, 'granted' as const),
      country: fc.constantFrom('DE', undefined),
    }),
  });
  const aStep = fc.oneof(
    { weight: 4, arbitrary: fc.record({ events: fc.array(anEvent, { maxLength: 12 }), rejected: fc.nat(2) }) },
    { weight: 1, arbitrary: fc.constant('restart' as const) },
    { weight: 1, arbitrary: fc.constant('alarm' as const) },
  );

  it('gives the reports of a tally that never restarted, and counts every event once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(aStep, { maxLength: 12 }), async (steps) => {
        const run = (isCalm: boolean) =>
          inATally(
            async (world) => {
              let received = 0;
              for (const step of steps) {
                if (step === 'restart' || step === 'alarm') {
                  if (!isCalm) await (step === 'restart' ? world.restart() : world.engine.alarm());
                  continue;
                }
                const rejected = Array.from({ length: step.rejected }, () => ({ name: 'Bad', atMs: NOW }));
                await world.engine.count(aTallyRequest(step.events.map(aPageView), { rejected }));
                received += step.events.length + step.rejected;
              }
              const { ledger, hours, lint, consent, latest: shown } = reports(world);
              expect(ledger).toMatchObject({ totals: { received }, balanced: true });
              return { ledger, hours, lint, consent, shown: shown.data.map(({ seq: _seq, ...event }) => event) };
            },
            isCalm ? {} : { uncounted: 7 },
          );
        expect(await run(false)).toEqual(await run(true));
      }),
      { numRuns: 40 },
    );
  });
});
