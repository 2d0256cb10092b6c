import { beforeEach, describe, expect, it, vi } from 'vitest';

import { aHook, post, report, SIGNED, taken } from '../support/a-hook.ts';
import { admin } from '../support/api.ts';

beforeEach(() => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json({ elements: [] }));
});

type Refused = {
  data: { reason: string; requests: number; events: number; by_field?: unknown[] }[];
  totals: Record<string, number>;
};
type Ledger = { totals: { received: number; rejected: number; skipped: Record<string, number> } };

const hourAgo = Date.now() - 3_600_000;

async function refusalsOf({ id }: { id: string }): Promise<Refused> {
  return (await admin(`/sources/${id}/refusals`)).json<Refused>();
}

describe('refused calls of a CRM', () => {
  it('are counted change by change, with their codes, in refused traffic and in the ledger', async () => {
    const stages = { stages: [{ event: 'SQL', values: ['sql'] }] };
    const { source, hook } = await aHook({ kind: 'generic', stages });
    const change = (over: object): object => ({
      data: { stage: 'sql', deal_id: '1', email: 'anna@firm.de', time: hourAgo, ...over },
    });

    const answer = await taken(hook, [
      change({}),
      change({ time: undefined }),
      change({ time: 'yesterday' }),
      change({ time: Date.now() + 999_999_999 }),
      change({ stage: 'elsewhere' }),
      change({ stage: 'elsewhere' }),
      7,
    ]);

    const codes = { time_missing: 1, time_unreadable: 1, time_in_future: 1, unknown_stage: 2, not_an_object: 1 };
    expect(answer).toMatchObject({ changes: 7, sent: 1, duplicates: 0, skipped: codes });
    expect(answer.outcomes.map(({ index, outcome }) => [index, outcome])).toEqual([
      [0, 'sent'],
      [1, 'time_missing'],
      [2, 'time_unreadable'],
      [3, 'time_in_future'],
      [4, 'unknown_stage'],
      [5, 'unknown_stage'],
      [6, 'not_an_object'],
    ]);
    await vi.waitFor(async () => expect((await refusalsOf(source)).totals).toEqual({ event_invalid: 6 }));
    const { data } = await refusalsOf(source);
    expect(data).toMatchObject([{ reason: 'event_invalid', requests: 1, events: 6 }]);
    expect(data[0]?.by_field).toHaveLength(5);
    expect(data[0]?.by_field).toContainEqual({ field: 'unknown_stage', requests: 1, events: 2 });
    const { totals } = await (await admin(`/sources/${source.id}/ledger?hours=2`)).json<Ledger>();
    expect(totals).toMatchObject({ received: 7, rejected: 6 });
  });

  it('are counted by their problem, but not those of a hook that does not exist', async () => {
    const { source, hook } = await aHook({ kind: 'generic', event: 'Lead' });
    const wrong = await SIGNED.generic(hook, 'another body');

    await post(hook, '{}', wrong);
    await post(hook, '{}', {});
    await post({ ...hook, path: '/v1/hooks/hook_nobody' }, '{}', wrong);
    await report(hook, '{');
    await report(
      hook,
      Array.from({ length: 5_001 }, () => ({})),
    );

    await vi.waitFor(
      async () =>
        expect((await refusalsOf(source)).totals).toEqual({
          signature_invalid: 2,
          body_not_json: 1,
          too_many_events: 5_001,
        }),
      { timeout: 10_000, interval: 500 },
    );
  });

  it('without a name of an event are counted too', async () => {
    const { source, hook } = await aHook({ kind: 'generic' });

    expect(await taken(hook, { data: { email: 'anna@firm.de', time: hourAgo } })).toMatchObject({
      skipped: { event_missing: 1 },
    });
    await vi.waitFor(async () => expect((await refusalsOf(source)).totals).toEqual({ event_invalid: 1 }));
  });
});
