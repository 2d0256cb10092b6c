import { expect, it } from 'vitest';

import { isRealEvent } from '../../../client/console/set-up/real-event.ts';

it.each([
  ['of a visitor', { message_id: 'a1', reason: 'no_mapping' }, true],
  ['of a visitor without consent', { message_id: 'a1', reason: 'no_consent' }, true],
  ['that was delivered', { message_id: 'a1', reason: null }, true],
  ['of a bot', { message_id: 'a1', reason: 'bot' }, false],
  ['of a command that the console shows', { message_id: 'test-1764', reason: null }, false],
])('an event %s: %j is real: %s', (_, event, isReal) => {
  expect(isRealEvent(event)).toBe(isReal);
});
