import { relative } from 'node:path';

import type { Reporter, TestModule } from 'vitest/node';

/** A file that runs longer than this is named while it runs, so that a hanging one is known before CI times out. */
const LONG_MS = 3 * 60_000;

/** Names every minute the test files that have been running for long. */
export default class LongFilesReporter implements Reporter {
  readonly #startedAtMs = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;

  onInit(): void {
    this.#timer = setInterval(() => this.#say(), 60_000).unref();
  }

  onTestModuleStart({ moduleId }: TestModule): void {
    this.#startedAtMs.set(moduleId, Date.now());
  }

  onTestModuleEnd({ moduleId }: TestModule): void {
    this.#startedAtMs.delete(moduleId);
  }

  onTestRunEnd(): void {
    clearInterval(this.#timer);
  }

  #say(): void {
    for (const [file, startedAtMs] of this.#startedAtMs) {
      const forMs = Date.now() - startedAtMs;
      if (forMs >= LONG_MS) console.log(`still running for ${Math.round(forMs / 1000)} s: ${relative('', file)}`);
    }
  }
}
