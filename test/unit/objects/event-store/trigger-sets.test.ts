import { describe, expect, it } from 'vitest';

import { TriggerSets } from '../../../../worker/objects/event-store/trigger-sets.ts';
import { inAnOutbox } from '../../support/an-outbox.ts';

const SET = { fingerprint: 'f', body: '[["map_1","true"]]' };

const bodyAfter = (work: (sets: TriggerSets) => void) =>
  inAnOutbox(({ database }) => {
    const sets = new TriggerSets(database.sql);
    work(sets);
    return sets.bodyOf('f');
  });

describe('a trigger set', () => {
  it('is found by its fingerprint', async () => {
    expect(await bodyAfter((sets) => sets.keep([SET], '2026-11-21'))).toBe(SET.body);
    expect(await bodyAfter(() => undefined)).toBeUndefined();
  });

  it.each([
    ['is deleted when no event has named it for long', ['2026-11-20'], undefined],
    ['stays when an event has named it since then', ['2026-11-20', '2026-11-21'], SET.body],
    ['stays when an event of an earlier day arrives late', ['2026-11-21', '2026-11-20'], SET.body],
  ])('%s', async (_, days, body) => {
    const found = await bodyAfter((sets) => {
      for (const day of days) sets.keep([SET], day);
      sets.forget({ usedBeforeDay: '2026-11-21' });
    });

    expect(found).toBe(body);
  });
});
