import { expect, it } from 'vitest';

import { texts } from '../../../client/console/texts.ts';

const { bareRefusal, replayAll, replayOfCause } = texts.deliveries;

it.each([
  [{ dead: 1, held: 0 }, 'Replay 1 failed…'],
  [{ dead: 0, held: 1200 }, 'Replay all 1,200 held…'],
  [{ dead: 3, held: 2 }, 'Replay all 3 failed and 2 held…'],
  [{ dead: 1, held: 1 }, 'Replay all 1 failed and 1 held…'],
  [undefined, 'Replay all failed and held in this list…'],
])('the button that replays %j is named %s, unlike those of the causes', (counts, name) => {
  expect(replayAll(counts)).toBe(name);
  expect([replayOfCause(1), replayOfCause(3)]).not.toContain(name);
});

it('a refusal without a reason says that a replay changes nothing, and where to correct new events', () => {
  expect(bareRefusal('Bad Request')).toMatch(/A replay sends the same data again.* for new events\.$/);
});
