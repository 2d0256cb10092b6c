/** Sixty leads from form, CRM, file and lead form, with faults and kills: `npm run prove:crm` does it with 2,000. */
import { expect, it } from 'vitest';

import { runHalfYear } from './half-year/half-year.ts';

it('sends each stage that should be sent once, and names the reason of every other row', async () => {
  const { expected, accepted, kills, differences } = await runHalfYear({
    seed: 3,
    leads: 60,
    weeks: 6,
    weekMs: 30 * 86_400_000,
    movesClock: false,
    isFaulty: (week) => week === 1 || week === 4,
    isKilled: (week) => week === 3,
  });

  expect(differences).toEqual([]);
  expect(accepted).toBe(expected);
  expect(expected).toBeGreaterThan(20);
  expect(kills).toBeGreaterThan(0);
}, 240_000);
