import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

import { SLOW_TESTS } from './scripts/slow-tests.ts';

/** Tests that run in Node and call the running product over HTTP. */
export const overHttp = (name: string, timeoutMs: number) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: timeoutMs,
    // Firefox and WebKit take a while to start when other tests share two cores.
    hookTimeout: 150_000,
    // Vitest's default of one second is too short when a browser and two other test files share two cores.
    expect: { poll: { timeout: 20_000 } },
  },
});

/** Folders whose code keeps nothing. */
export const PURE = ['client', 'console', 'domain', 'linkedin', 'schema'].map(
  (folder) => `test/unit/${folder}/**/*.test.ts`,
);

/** Each of these tests has an outbox of its own. */
const OUTBOX = ['test/unit/objects/{outbox,event-store,tally,copy}/**/*.test.ts'];

/** The number of inputs of `test/unit/routes/fuzz.test.ts` and its first seed, and of the worlds of the baselines. */
const fuzz = Object.fromEntries(
  ['FUZZ_INPUTS', 'FUZZ_SEED', 'SEEDS'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  }),
);

/** Tests that run our code in workerd, file by file. */
export const inWorkerd = (name: string, tests: { include: string[]; exclude?: string[]; isolate: boolean }) => ({
  plugins: [
    cloudflareTest({
      // The sources, where wrangler.toml has what is built of them.
      main: './worker/index.ts',
      wrangler: { configPath: './wrangler.toml' },
      miniflare: {
        bindings: {
          ADMIN_TOKEN: 'test-admin-token',
          ENCRYPTION_KEY: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
          // The address that the tests call; see test/unit/support/api.ts.
          PUBLIC_URL: 'https://t.example.com',
          ...fuzz,
        },
      },
    }),
  ],
  // The first test of a file also waits for workerd to load the Worker: about 20 s on a busy machine.
  test: {
    name,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    setupFiles: ['test/unit/support/quiet-request-log.ts', 'test/unit/support/loaded-readers.ts'],
    ...tests,
  },
});

/** Runs the files that wait for browsers and for time first; the short files fill the gaps at the end. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ project }: TestSpecification): number =>
      ['e2e', 'faults', 'platform'].includes(project.name) ? 0 : 1;
    // This is Vitest's own `sort`, which returns a new array.
    // oxlint-disable-next-line unicorn/no-array-sort
    const inOrder = await super.sort(files);
    return inOrder.toSorted((a, b) => place(a) - place(b));
  }
}

/** A project that excludes files of its own doesn't heed `--exclude`. */
const leftOut = process.env['LEAVE_OUT_SLOW'] === undefined ? [] : SLOW_TESTS;

export default defineConfig({
  test: {
    // There are two cores. A third worker uses the time in which tests wait for browsers and restarts.
    maxWorkers: 3,
    // A log line that an alarm writes after the last test of a file would wait for Vitest, which no longer listens, and
    // the run would hang.
    disableConsoleIntercept: true,
    sequence: { sequencer: LongFirst },
    globalSetup: ['test/support/build-all.ts'],
    projects: [
      // They may share a workerd, which takes a second to start.
      inWorkerd('unit-pure', { include: PURE, exclude: [...leftOut], isolate: false }),
      inWorkerd('unit-outbox', { include: OUTBOX, exclude: [...leftOut], isolate: false }),
      // All other unit tests.
      inWorkerd('unit', {
        include: ['test/unit/**/*.test.ts'],
        exclude: [...PURE, ...OUTBOX, ...leftOut],
        isolate: true,
      }),
      overHttp('conformance', 30_000),
      overHttp('faults', 120_000),
      overHttp('e2e', 120_000),
      overHttp('platform', 120_000),
    ],
  },
});
