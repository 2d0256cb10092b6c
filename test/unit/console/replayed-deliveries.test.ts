import { expect, it } from 'vitest';

import { chosenIn } from '../../../client/console/deliveries/replayed-deliveries.ts';
import type { ListedDelivery } from '../../../worker/schema/events/event-view.ts';

const listed = (
  [
    ['failed', 'dead', 'Bad value'],
    ['refused', 'dead', 'Bad e-mail'],
    ['held', 'held', 'token_refused'],
    ['sent', 'delivered', null],
  ] as const
).map(([id, state, reason]): ListedDelivery => ({
  id,
  state,
  reason,
  message_id: id,
  type: 'track',
  event: 'Lead',
  happened_at: '',
  received_at: '',
  integration_id: 'int_1',
  conversion_rule_id: '1',
  event_id: id,
  sentence: '',
  attempts: 1,
  status: null,
  delivered_at: null,
}));

it.each([
  ['all that can be replayed', {}, ['failed', 'refused', 'held']],
  ['all failed ones', { state: 'dead' }, ['failed', 'refused']],
  ['those of one cause', { state: 'dead', reason: 'e-mail' }, ['refused']],
  ['those of one hold', { state: 'held', reason: 'token_refused' }, ['held']],
  ['none: what was sent stays sent', { state: 'delivered' }, []],
] as const)('a replay chooses of a list: %s', (_which, filter, ids) => {
  expect(chosenIn(listed, { filter })).toEqual(ids);
});

it('a replay of single deliveries chooses these', () => {
  expect(chosenIn(listed, { ids: ['other'] })).toEqual(['other']);
});
