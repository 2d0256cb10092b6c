/**
 * `npm run prove:privacy`: runs the tests for each sentence of docs/privacy.md, and reports which ones hold.
 * With `-- --full` the marked people send 10,000 events instead of 240.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, rm } from 'node:fs/promises';
import { delimiter, join, relative } from 'node:path';

import * as v from 'valibot';

import { helpIfAsked } from './help.ts';

const root = join(import.meta.dirname, '..');
const resultsPath = join(root, '.cache', `privacy-results-${process.pid}.json`);

/** A privacy officer's questions, and the tests that answer them. */
const CLAIMS: readonly { claim: string; files: readonly string[] }[] = [
  {
    claim: 'Before consent nothing is stored in the browser and nothing is sent; a withdrawal deletes what was stored',
    files: [
      'test/e2e/tag/consent.test.ts',
      'test/e2e/tag/consent-readers.test.ts',
      'test/e2e/tag/consent-sources.test.ts',
    ],
  },
  {
    claim: 'A refusal in any spelling is a refusal, in every place for consent, and so is a sender’s veto',
    files: [
      'test/unit/routes/consent-spellings.test.ts',
      'test/unit/domain/read-consent.test.ts',
      'test/unit/routes/sender-veto.test.ts',
      'test/e2e/tag/consent-spellings.test.ts',
    ],
  },
  {
    claim:
      'Consent is checked when an event arrives and again before it is sent; receipts show both checks and a withdrawal',
    files: [
      'test/unit/domain/consent.test.ts',
      'test/unit/routes/erase.test.ts',
      'test/unit/routes/late-identity.test.ts',
    ],
  },
  {
    claim:
      'No e-mail, name, IP address, click ID or token is in a log, in KV, in an answer, or unencrypted in the database',
    files: [
      'test/faults/canary/canary.test.ts',
      'test/e2e/main-job.test.ts',
      'test/unit/linkedin/redact.test.ts',
      'test/unit/domain/ask-triggers.test.ts',
    ],
  },
  {
    claim:
      'No address, telephone number or key is in the name of an event, a page or a field, or in the ID of an event',
    files: [
      'test/unit/domain/mask-personal-data.test.ts',
      'test/unit/domain/disguised-personal-data.test.ts',
      'test/unit/routes/personal-names.test.ts',
      'test/faults/canary/canary.test.ts',
    ],
  },
  {
    claim: 'After an erasure no data of the person is left, not even for a reader with the disk and the key',
    files: [
      'test/faults/canary/canary.test.ts',
      'test/unit/routes/erase.test.ts',
      'test/unit/objects/payload-keys.test.ts',
    ],
  },
  {
    claim: 'A stranger cannot erase or pose as another person, and two people are never joined',
    files: [
      'test/faults/strangers/a-stranger-erases.test.ts',
      'test/faults/strangers/a-stranger-impersonates.test.ts',
      'test/faults/strangers/one-person.test.ts',
      'test/unit/domain/reach.test.ts',
      'test/unit/domain/unguessable-id.test.ts',
      'test/unit/domain/same-person.test.ts',
      'test/unit/domain/people-of-request.test.ts',
      'test/unit/domain/sensible-id.test.ts',
    ],
  },
  {
    claim:
      'A visitor’s identity stays in their own browser, sealed: forged cookies identify nobody, a new key loses nobody',
    files: ['test/unit/routes/sealed-identity.test.ts', 'test/unit/domain/sealed-box.test.ts'],
  },
  {
    claim: 'LinkedIn gets what the settings say and no more: no user agent, an IP address only with send_ip',
    files: ['test/unit/domain/conversion-element.test.ts', 'test/unit/domain/ingest.test.ts'],
  },
  {
    claim: 'Data is stored for as long as the source says, and bots and internal traffic make no conversions',
    files: ['test/unit/objects/retention.test.ts', 'test/unit/routes/excluded-traffic.test.ts'],
  },
];

const Results = v.object({
  testResults: v.array(
    v.object({
      name: v.string(),
      status: v.string(),
      message: v.optional(v.string(), ''),
      assertionResults: v.array(v.object({ fullName: v.string(), status: v.string() })),
    }),
  ),
});
type Result = v.InferOutput<typeof Results>['testResults'][number];

helpIfAsked(`Runs the tests for each sentence of docs/privacy.md and reports which sentences hold.

  npm run prove:privacy             takes minutes
  npm run prove:privacy -- --full   sends 10,000 events of marked people instead of 240`);

const isFull = process.argv.includes('--full');
const files = [...new Set(CLAIMS.flatMap((claim) => claim.files))];
console.log(
  `Running ${files.length} files of tests; ${isFull ? 'with 10,000 marked events, ' : ''}this takes minutes.\n`,
);
const report = await run(files);

let areAllHeld = true;
for (const { claim, files: own } of CLAIMS) {
  const results = own.map((file) => resultOf(report, file));
  const tests = results.flatMap((result) => result?.assertionResults ?? []);
  const failed = tests.filter(({ status }) => status !== 'passed' && status !== 'skipped');
  const isHeld =
    // A file that couldn't start has all of its tests skipped.
    results.every((result) => result?.status === 'passed' && result.assertionResults.length > 0) && failed.length === 0;
  areAllHeld &&= isHeld;
  console.log(`${isHeld ? 'HOLDS ' : 'FAILS '} ${claim}`);
  console.log(`       ${tests.length - failed.length} of ${tests.length} tests: ${own.join(', ')}`);
  for (const { fullName } of failed) console.log(`       ✗ ${fullName}`);
}
console.log(
  areAllHeld
    ? '\nEvery claim holds. Each test’s title says what it checks.'
    : '\nSome claims do not hold: see above, and run the named file with npx vitest run <file>.',
);
process.exitCode = areAllHeld ? 0 : 1;

async function run(wanted: readonly string[]): Promise<readonly Result[]> {
  const args = ['run', '--reporter=dot', '--reporter=json', `--outputFile.json=${resultsPath}`, ...wanted];
  const child = spawn('vitest', args, {
    cwd: root,
    stdio: 'inherit',
    env: {
      ...process.env,
      ...(isFull && { CANARIES: '10000' }),
      PATH: [join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter),
    },
  });
  await once(child, 'exit');
  try {
    return v.parse(Results, JSON.parse(await readFile(resultsPath, 'utf8'))).testResults;
  } finally {
    await rm(resultsPath, { force: true });
  }
}

function resultOf(results: readonly Result[], file: string): Result | undefined {
  return results.find(({ name }) => relative(root, name) === file);
}
