import { relative } from 'node:path';

import type { Reporter, TestModule } from 'vitest/node';

/** A file that runs longer than this is named while it runs, so that a hanging one is known before CI times out. */
const LONG_MS = 3 * 60_000;

/** A file that took longer than this is named at the end of `npm test`, because it is slow for every day. */
const SLOW_MS = 20_000;

/** Names every minute the test files that have been running for long, and at the end of `npm test` the slow ones. */
export default class LongFilesReporter implements Reporter {
  readonly #startedAtMs = new Map<string, number>();
  readonly #slow: string[] = [];
  #timer: NodeJS.Timeout | undefined;

  onInit(): void {
    this.#timer = setInterval(() => this.#say(), 60_000).unref();
  }

  onTestModuleStart({ moduleId }: TestModule): void {
    this.#startedAtMs.set(moduleId, Date.now());
  }

  onTestModuleEnd({ moduleId }: TestModule): void {
    const tookMs = Date.now() - (this.#startedAtMs.get(moduleId) ?? Date.now());
    this.#startedAtMs.delete(moduleId);
    if (tookMs >= SLOW_MS) this.#slow.push(`${Math.round(tookMs / 1000)} s: ${relative('', moduleId)}`);
  }

  onTestRunEnd(): void {
    clearInterval(this.#timer);
    if (process.env['FULL'] === undefined && this.#slow.length > 0)
      console.log(`\nSlow for every day (scripts/slow-tests.ts):\n  ${this.#slow.join('\n  ')}`);
  }

  #say(): void {
    for (const [file, startedAtMs] of this.#startedAtMs) {
      const forMs = Date.now() - startedAtMs;
      if (forMs >= LONG_MS) console.log(`still running for ${Math.round(forMs / 1000)} s: ${relative('', file)}`);
    }
  }
}
