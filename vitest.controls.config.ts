import { defineConfig } from 'vitest/config';

import { inWorkerd, overHttp, PURE } from './vitest.config.ts';

/**
 * The tests of `npm run prove:controls`, which runs some of them many times over: those of pure code in Node, which starts
 * in a second, and none of them with the client, which takes a while to build.
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
