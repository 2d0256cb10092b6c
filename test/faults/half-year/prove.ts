/** `npm run prove:crm`: a simulated half year of leads, compared with an independent model. */
import { parseArgs } from 'node:util';

import { buildClient } from '../../../scripts/build.ts';
import { table } from '../../bench/table.ts';
import { runHalfYear } from './half-year.ts';

const HELP = `Simulates half a year of leads, from their forms and the CRM to LinkedIn, and compares every outcome with a model.

  npm run prove:crm                            2,000 leads in 26 weeks; takes about 10 minutes
  npm run prove:crm -- --leads 200 --seed 7    fewer leads, other journeys`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    leads: { type: 'string', default: '2000' },
    weeks: { type: 'string', default: '26' },
    seed: { type: 'string', default: '1' },
  },
});

if (values.help) console.log(HELP);
else {
  const startedAtMs = performance.now();
  await buildClient({ demo: true });
  const result = await runHalfYear({
    seed: Number(values.seed),
    leads: Number(values.leads),
    weeks: Number(values.weeks),
    movesClock: true,
    log: (line) => console.log(line),
  });
  const rows = Object.entries(result.outcomes).flatMap(([channel, outcomes]) =>
    Object.entries(outcomes).map(([outcome, count]) => ({ channel, outcome, count })),
  );
  console.log(`\n${table(rows)}\n`);
  const { expected, accepted, repeated, kills, faults, differences } = result;
  console.log(
    table([{ expected, accepted, 'again with the same ID': repeated, kills, faults, differences: differences.length }]),
  );
  for (const { what, expected: should, found } of differences.slice(0, 20))
    console.log(`\n${what}\n  expected: ${should}\n  found:    ${found}`);
  console.log(`\n${Math.round((performance.now() - startedAtMs) / 1000)} s`);
  if (differences.length > 0) process.exitCode = 1;
}
