import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { aHook, taken } from '../support/a-hook.ts';
import { admin, outcomes } from '../support/api.ts';

beforeEach(() => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json({ elements: [] }));
});

const STAGES = {
  stages: [
    { event: 'MQL', values: ['mql'] },
    { event: 'SQL', values: ['sql'] },
    { event: 'Won', values: ['won'] },
  ],
};
const DAY_MS = 86_400_000;
const hourAgo = Date.now() - 3_600_000;
const minute = 60_000;

const aStageHook = (over: object = {}): ReturnType<typeof aHook> =>
  aHook({ kind: 'generic', stages: { ...STAGES, ...over } });

const change = (stage: string, over: object = {}): object => ({
  data: { stage, deal_id: 'deal-1', email: 'anna@firm.de', time: hourAgo, ...over },
});

const deliveriesOf = async (source: { id: string; write_key: string }): Promise<string[]> =>
  (await outcomes(source)).filter(({ deliveries }) => deliveries.length > 0).map(({ event }) => event ?? '');

describe('a stage', () => {
  it.each([
    ['no_identity', { email: undefined }],
    ['no_consent', { consent: 'no' }],
    ['too_old', { time: Date.now() - 100 * DAY_MS }],
    ['time_in_future', { time: Date.now() + 3 * DAY_MS }],
    ['time_unreadable', { time: 'yesterday' }],
    ['time_missing', { time: undefined }],
  ])('is sent when its change comes corrected after a change with %s', async (reason, wrong) => {
    const { source, hook } = await aStageHook();

    const first = await taken(hook, change('sql', wrong));
    const corrected = await taken(hook, change('sql', { time: hourAgo + minute }));
    const again = await taken(hook, change('sql', { time: hourAgo + 2 * minute }));

    expect([first, corrected, again]).toMatchObject([
      { changes: 1, sent: 0, duplicates: 0, skipped: { [reason]: 1 } },
      { changes: 1, sent: 1, duplicates: 0, skipped: {} },
      { changes: 1, sent: 0, duplicates: 0, skipped: { stage_already_sent: 1 } },
    ]);
    expect(await deliveriesOf(source)).toEqual(['SQL']);
  });

  it.each([
    ['integration_disabled', { enabled: false }, { enabled: true }],
    ['no_mapping', { config: { conversion_rule_id: {} } }, { config: { conversion_rule_id: { SQL: '1003' } } }],
  ])('is sent when the same change comes again after %s is fixed', async (reason, broken, fixed) => {
    const { source, integration, hook } = await aStageHook();
    const set = (body: object): Promise<Response> =>
      admin(`/integrations/${integration.id}`, { method: 'PATCH', body });

    await set(broken);
    const before = await taken(hook, change('sql'));
    await set(fixed);
    const after = await taken(hook, change('sql'));

    expect([before, after]).toMatchObject([{ sent: 0, skipped: { [reason]: 1 } }, { sent: 1 }]);
    expect(await deliveriesOf(source)).toEqual(['SQL']);
  });

  it('that was skipped and is filled later is sent once its mapping exists', async () => {
    const { source, integration, hook } = await aStageHook({ on_skip: 'fill' });
    const set = (rules: object): Promise<Response> =>
      admin(`/integrations/${integration.id}`, { method: 'PATCH', body: { config: { conversion_rule_id: rules } } });

    await set({ SQL: '1003' });
    const first = await taken(hook, change('sql'));
    await set({ SQL: '1003', MQL: '1001' });
    const second = await taken(hook, change('sql'));

    expect([first, second]).toMatchObject([
      { sent: 1, skipped: { no_mapping: 1 } },
      { sent: 1, skipped: {} },
    ]);
    expect((await deliveriesOf(source)).toSorted()).toEqual(['MQL', 'SQL']);
  });

  it('in one body is sent once, by its first change that can be sent', async () => {
    const { source, hook } = await aStageHook();

    const answer = await taken(hook, [
      change('sql', { email: undefined }),
      change('sql', { time: hourAgo + minute }),
      change('sql', { time: hourAgo + 2 * minute }),
    ]);

    expect(answer).toMatchObject({
      changes: 3,
      sent: 1,
      duplicates: 0,
      skipped: { no_identity: 1, stage_already_sent: 1 },
    });
    expect(await deliveriesOf(source)).toEqual(['SQL']);
  });

  it('that the deal had passed is answered as passed', async () => {
    const { hook } = await aStageHook();

    await taken(hook, change('won'));

    expect(await taken(hook, change('mql', { time: hourAgo + minute }))).toMatchObject({
      skipped: { stage_passed: 1 },
    });
  });

  it('is sent once when we fail between storing its event and noting it', async () => {
    const { source, hook } = await aStageHook();
    await taken(hook, change('sql'));
    await runInDurableObject(env.IMPORTS.getByName(source.id), (_, { storage }) =>
      storage.sql.exec('DELETE FROM deals'),
    );

    const again = await taken(hook, change('sql'));
    const later = await taken(hook, change('sql', { time: hourAgo + minute }));

    expect([again, later]).toMatchObject([{ sent: 0, duplicates: 1 }, { skipped: { stage_already_sent: 1 } }]);
    expect(await deliveriesOf(source)).toEqual(['SQL']);
  });

  it('was sent when an earlier release says that the deal reached it', async () => {
    const { source, hook } = await aStageHook();
    await taken(hook, change('sql'));
    await runInDurableObject(env.IMPORTS.getByName(source.id), (_, { storage }) =>
      storage.sql.exec('UPDATE deals SET sent = NULL, changes = ?', JSON.stringify([[hourAgo, 1]])),
    );

    expect(await taken(hook, change('sql', { time: hourAgo + minute }))).toMatchObject({
      skipped: { stage_already_sent: 1 },
    });
    expect(await taken(hook, change('won', { time: hourAgo + minute }))).toMatchObject({ sent: 1 });
  });

  it('without a deal and with only names is not sent, as nothing says whose it is', async () => {
    const { source, hook } = await aStageHook();
    const names = { first_name: 'Anna', last_name: 'Berg', email: undefined, deal_id: undefined };

    expect(await taken(hook, change('sql', names))).toMatchObject({ sent: 0, skipped: { no_identity: 1 } });
    expect(await deliveriesOf(source)).toEqual([]);
  });
});
