import { describe, expect, it } from 'vitest';

import { IdentityWaits } from '../../../../../worker/objects/outbox/intake/identity-waits.ts';
import type { Introduction } from '../../../../../worker/objects/outbox/intake/identity-waits.ts';
import { DAY_MS, NOW } from '../../../support/an-event.ts';
import { aDeliveryIn, inAnOutbox, INTEGRATION, rowOf } from '../../../support/an-outbox.ts';
import type { OutboxTables } from '../../../support/an-outbox.ts';

const MINUTE_MS = 60_000;

const anIntroduction = (over: Partial<Introduction> = {}): Introduction => ({
  tags: ['browser'],
  person: ['jane'],
  integrationIds: [INTEGRATION],
  sealed: 'late',
  hasEmail: true,
  hasNames: false,
  ...over,
});

type Waiting = {
  waits: IdentityWaits;
  tables: OutboxTables;
  remembered: { tags: readonly string[]; sealed: string }[];
  begin: (eventId: string, over?: { tags?: string[]; said?: Record<string, string[]>; untilMs?: number }) => void;
};

const whileWaiting = <Result>(work: (waiting: Waiting) => Result) =>
  inAnOutbox((tables) => {
    const remembered: Waiting['remembered'] = [];
    const { states } = tables.deliveries;
    const waits = new IdentityWaits(tables.database.sql, {
      states,
      remember: (written) => remembered.push(...written),
    });
    const begin: Waiting['begin'] = (eventId, { tags = ['browser'], said = {}, untilMs = NOW + MINUTE_MS } = {}) => {
      const person = tags.join(' ');
      const key = aDeliveryIn(tables, eventId, { state: 'waiting', waits_until_ms: untilMs, person, payload: 'own' });
      waits.begin(key, { person: tags, said, receivedAtMs: NOW });
    };
    return work({ waits, tables, remembered, begin });
  });

const rowAfter = (work: (waiting: Waiting) => void) =>
  whileWaiting((waiting) => {
    work(waiting);
    return rowOf(waiting.tables.database, 'event');
  });

describe("a conversion that waits for its visitor's e-mail", () => {
  it('becomes pending when the e-mail arrives, with the identity', async () => {
    const row = await rowAfter(({ begin, waits }) => {
      begin('event');
      waits.introduce([anIntroduction()], NOW);
    });

    expect(row).toMatchObject({ state: 'pending', late: 'late', person: 'browser jane' });
  });

  it('keeps waiting when an identity has no e-mail, and stores that identity', async () => {
    const row = await rowAfter(({ begin, waits }) => {
      begin('event');
      waits.introduce([anIntroduction({ hasEmail: false })], NOW);
    });

    expect(row).toMatchObject({ state: 'waiting', late: 'late' });
  });

  it('is completed by an identity that came a moment earlier, but not by one a minute earlier', async () => {
    const stateAfter = async (beforeMs: number) =>
      (
        await rowAfter(({ begin, waits }) => {
          waits.introduce([anIntroduction()], NOW - beforeMs);
          begin('event');
        })
      )?.state;

    expect(await stateAfter(1_000)).toBe('pending');
    expect(await stateAfter(MINUTE_MS)).toBe('waiting');
  });

  it.each([
    ['another visitor', { tags: ['another-browser'] }],
    ['a visitor without the consent that the integration requires', { integrationIds: ['int_2'] }],
    ['another person in the same browser', { said: { emailSha256: ['joe'] }, person: ['joe'] }],
  ])('is not completed by %s', async (_, over) => {
    const row = await rowAfter(({ begin, waits }) => {
      begin('event', { tags: ['browser', 'jane'], said: { emailSha256: ['jane'] } });
      waits.introduce([anIntroduction(over)], NOW);
    });

    expect(row).toMatchObject({ state: 'waiting', late: null });
  });

  it('becomes pending without an identity when its wait is over, and no earlier', async () => {
    const stateAfter = async (ms: number) =>
      (
        await rowAfter(({ begin, waits }) => {
          begin('event');
          waits.release(NOW + ms);
        })
      )?.state;

    expect(await stateAfter(MINUTE_MS - 1)).toBe('waiting');
    expect(await stateAfter(MINUTE_MS)).toBe('pending');
  });

  it('becomes pending when its wait is longer than any that can be set', async () => {
    const row = await rowAfter(({ begin, waits }) => {
      begin('event', { untilMs: NOW + 2 * DAY_MS });
      waits.release(NOW);
    });

    expect(row?.state).toBe('pending');
  });

  it('is no longer found by its tags once its wait has ended', async () => {
    const tags = await whileWaiting(({ begin, waits, tables }) => {
      begin('by e-mail');
      begin('by time', { tags: ['other'] });
      waits.introduce([anIntroduction()], NOW);
      waits.release(NOW + MINUTE_MS);
      return tables.database.sql.exec('SELECT tag FROM identity_waits').toArray();
    });

    expect(tags).toEqual([]);
  });

  it('is found by an erasure through the tags of the event and of the identity', async () => {
    const remembered = await whileWaiting((waiting) => {
      waiting.begin('event');
      waiting.waits.introduce([anIntroduction()], NOW);
      return waiting.remembered;
    });

    expect(remembered).toEqual([
      { tags: ['browser', 'jane'], sealed: 'own' },
      { tags: ['browser', 'jane'], sealed: 'late' },
    ]);
  });
});

describe('a visitor who was erased', () => {
  it.each([['browser'], ['jane']])('by the tag "%s" completes no later conversion', async (tag) => {
    const row = await rowAfter(({ begin, waits }) => {
      waits.introduce([anIntroduction()], NOW);
      waits.forget([tag]);
      begin('event');
    });

    expect(row?.state).toBe('waiting');
  });
});

describe('the end of the next wait', () => {
  it('is known, and undefined when no delivery waits', async () => {
    const [none, first] = await whileWaiting(({ begin, waits }) => {
      const before = waits.nextReleaseAtMs(NOW);
      begin('later', { untilMs: NOW + 5 * MINUTE_MS });
      begin('sooner', { untilMs: NOW + MINUTE_MS });
      return [before, waits.nextReleaseAtMs(NOW)];
    });

    expect([none, first]).toEqual([undefined, NOW + MINUTE_MS]);
  });

  it('is at most a day away, even if it was set by a wrong clock', async () => {
    const next = await whileWaiting(({ begin, waits }) => {
      begin('event', { untilMs: NOW + 300 * DAY_MS });
      return waits.nextReleaseAtMs(NOW);
    });

    expect(next).toBe(NOW + DAY_MS);
  });
});

describe('an identity in memory', () => {
  it('keeps its position when it is resealed', async () => {
    const texts = await whileWaiting(({ waits }) => {
      waits.introduce([anIntroduction()], NOW);
      const [known] = waits.overtaking(() => true);
      if (known !== undefined) waits.sealAnew(known, 'anew');
      return waits.overtaking(() => true).map(({ sealed }) => sealed);
    });

    expect(texts).toEqual(['anew']);
  });
});
