import { expect, it } from 'vitest';

import { rowOf } from '../../../../worker/domain/hooks/hook-rows.ts';
import type { HookFields } from '../../../../worker/schema/settings/hook.ts';

const NOW = '2026-11-30T12:00:00Z';
const OLD = '2026-05-01T08:00:00Z';
const OLDER = '2026-04-01T08:00:00Z';
const KNOWN = { id: 5, stage_id: 7, status: 'open', add_time: OLDER, stage_change_time: OLD, update_time: NOW };

/** Returns the stage and the time of a change of today, or its problem. */
async function reached(data: object, meta: object = {}, fields: HookFields = {}): Promise<unknown[]> {
  const item = { meta: { action: 'change', entity: 'deal', timestamp: NOW, ...meta }, data: { ...KNOWN, ...data } };
  const { stage, time, problems } = await rowOf(item, { kind: 'pipedrive', fields, row: 1 });
  const [problem] = problems;
  return problem === undefined
    ? [stage, time === undefined ? time : new Date(Number(time)).toISOString()]
    : [problem.code];
}

const at = (time: string): string => new Date(time).toISOString();

it.each([
  ['an edit of an open deal', {}, ['7', at(OLD)]],
  ['an edit of a deal that was never moved', { stage_change_time: null }, ['7', at(OLDER)]],
  ['a deal that moves now', { stage_change_time: NOW }, ['7', at(NOW)]],
  ['an edit of a deal won long ago', { status: 'won', won_time: OLD, close_time: OLD }, ['won', at(OLD)]],
  ['a deal that is won now', { status: 'won', won_time: NOW }, ['won', at(NOW)]],
  ['a deal that is lost now', { status: 'lost', lost_time: NOW }, ['lost', at(NOW)]],
  ['a won deal without its time', { status: 'won', close_time: OLD }, ['won', at(OLD)]],
  ['a won deal without any', { status: 'won', won_time: null }, ['won', at(NOW)]],
  ['a body without these times', { stage_change_time: undefined, add_time: undefined }, ['7', at(NOW)]],
  ['a deleted deal', { status: 'deleted' }, ['deal_deleted']],
])('%s has its stage and the time at which it reached it', async (_, data, expected) => {
  expect(await reached(data)).toEqual(expected);
});

it('a reopened deal is in its stage since it was reopened', async () => {
  const previous = { status: 'won' };
  const item = { meta: { entity: 'deal', timestamp: NOW }, data: { ...KNOWN, status: 'open' }, previous };
  expect(await rowOf(item, { kind: 'pipedrive', fields: {}, row: 1 })).toMatchObject({
    stage: '7',
    time: Date.parse(NOW),
  });
});

it('a change of something else is no deal, unless the hook says where its stage is', async () => {
  expect(await reached({}, { entity: 'person' })).toEqual(['not_a_deal']);
  expect(await reached({}, { action: 'delete' })).toEqual(['deal_deleted']);
  const fields = { stage: { '@path': '$.properties.data.status' }, time: { '@path': '$.properties.meta.timestamp' } };
  expect(await reached({ status: 'active' }, { entity: 'person' }, fields)).toEqual(['active', at(NOW)]);
});
