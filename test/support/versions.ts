import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';

import { bundleWorker } from '../../scripts/build-worker.ts';
import { startLocalWorker } from '../../scripts/local-worker.ts';
import type { LocalWorker, LocalWorkerOptions } from '../../scripts/local-worker.ts';
import { VERSIONS } from '../fixtures/former-version.ts';

/** The code of a version, and its bindings. */
export type Version = Pick<LocalWorkerOptions, 'modules' | 'configPath'>;

/** Returns a version that `test/fixtures/make-version.ts` has built. */
export async function olderVersion(name: string): Promise<Version> {
  const bundle = brotliDecompressSync(await readFile(join(VERSIONS, `${name}.js.br`)));
  return { modules: new Map([['index.js', new Uint8Array(bundle)]]), configPath: join(VERSIONS, `${name}.toml`) };
}

export async function thisVersion(): Promise<Version> {
  return { modules: await bundleWorker({}) };
}

/** An instance whose version changes while its data and address stay. */
export class UpgradedInstance {
  readonly #vars: Record<string, string>;
  readonly #statePath: string;
  #worker: LocalWorker | undefined;
  #port = 0;

  private constructor(statePath: string, vars: Record<string, string>) {
    this.#statePath = statePath;
    this.#vars = vars;
  }

  static async make(vars: Record<string, string>): Promise<UpgradedInstance> {
    return new UpgradedInstance(await mkdtemp(join(tmpdir(), 'directflight-upgrade-')), vars);
  }

  get url(): string {
    return `http://localhost:${this.#port}`;
  }

  /** Ends the version that runs, and starts another one. */
  async deploy(version: Version): Promise<void> {
    await this.#worker?.stop();
    this.#worker = await startLocalWorker({
      ...version,
      port: this.#port,
      statePath: this.#statePath,
      vars: this.#vars,
    });
    this.#port = Number(new URL(this.#worker.url).port);
  }

  async stop(): Promise<void> {
    await this.#worker?.stop();
    await rm(this.#statePath, { recursive: true, force: true });
  }
}
