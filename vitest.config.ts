import { cloudflareTest } from '@cloudflare/vitest-plugin';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Everything of ours that is tested in Node: it talks to the running product over HTTP. */
export const overHttp = (name: string, timeoutMs: number) => ({
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    testTimeout: timeoutMs,
    hookTimeout: 60_000,
    // Vitest's own second is too short where a browser and two other test files share two cores.
    expect: { poll: { timeout: 20_000 } },
  },
});

/** Folders whose code keeps nothing. */
export const PURE = ['client', 'console', 'domain', 'linkedin', 'schema'].map(
  (folder) => `test/unit/${folder}/**/*.test.ts`,
);

/** How much `test/unit/routes/fuzz.test.ts` sends, and from which seed on. */
const fuzz = Object.fromEntries(
  ['FUZZ_INPUTS', 'FUZZ_SEED'].flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  }),
);

/** Our code in workerd, file by file. */
export const inWorkerd = (name: string, tests: { include: string[]; exclude?: string[]; isolate: boolean }) => ({
  plugins: [
    cloudflareTest({
      wrangler: { configPath: './wrangler.toml' },
      miniflare: {
        bindings: {
          ADMIN_TOKEN: 'test-admin-token',
          ENCRYPTION_KEY: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
          // Where the tests ask; see test/unit/support/api.ts.
          PUBLIC_URL: 'https://t.example.com',
          ...fuzz,
        },
      },
    }),
  ],
  // The first test of a file also waits for workerd to load the Worker: some 20 s on a busy machine.
  test: { name, testTimeout: 60_000, hookTimeout: 60_000, ...tests },
});

/** What waits for browsers and for time goes first; the short files fill the gaps at the end. */
class LongFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ project }: TestSpecification): number => (['e2e', 'faults'].includes(project.name) ? 0 : 1);
    // Vitest's own `sort`, which gives an array of its own.
    // oxlint-disable-next-line unicorn/no-array-sort
    const inOrder = await super.sort(files);
    return inOrder.toSorted((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    // Two cores, and browsers and restarts that are waited for: a third worker uses what they leave.
    maxWorkers: 3,
    sequence: { sequencer: LongFirst },
    globalSetup: ['test/support/build-client.ts'],
    projects: [
      // They may share a workerd, whose start costs a second.
      inWorkerd('unit-pure', { include: PURE, isolate: false }),
      // Whatever else there is.
      inWorkerd('unit', { include: ['test/unit/**/*.test.ts'], exclude: PURE, isolate: true }),
      overHttp('conformance', 30_000),
      overHttp('faults', 120_000),
      overHttp('e2e', 60_000),
    ],
  },
});
