import { defineConfig } from 'vitest/config';

import { inWorkerd, overHttp, PURE } from './vitest.config.ts';

/**
 * The tests of `npm run prove:controls`, which runs some of them many times. Tests of pure code run in Node, which starts in
 * a second. The client isn't built for them, because that takes a while.
 */
export default defineConfig({
  test: {
    maxWorkers: 1,
    projects: [
      // Node 24 has `toHex` and `toBase64` of bytes behind this flag.
      { test: { name: 'pure', include: PURE, testTimeout: 60_000, execArgv: ['--js-base-64'] } },
      inWorkerd('unit', { include: ['test/unit/**/*.test.ts'], exclude: PURE, isolate: true }),
      overHttp('faults', 120_000),
    ],
  },
});
