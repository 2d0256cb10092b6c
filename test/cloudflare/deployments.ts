import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import { type Account, deployed, type Script, type Version } from './account.ts';
import { deleteData, type Instance, runVersion } from './instance.ts';
import { CODE, invalid, Refusal } from './refusal.ts';
import type { Uploaded } from './upload.ts';

/** The deployed scripts of an account, each running. */
export class Deployments {
  readonly #account: Account;
  readonly #folder: string;
  readonly #instances = new Map<string, Instance>();

  constructor(account: Account, folder: string) {
    this.#account = account;
    this.#folder = folder;
  }

  /** Finds a script. @throws Refusal */
  script(name: string, code: number = CODE.workerNotFound): Script {
    const script = this.#account.scripts.get(name);
    if (script === undefined) throw new Refusal(404, code, 'This Worker does not exist on your account.');
    return script;
  }

  /** Finds a script, or begins a new one, which is stored only once its first upload succeeds. */
  scriptOrNew(name: string): Script {
    return (
      this.#account.scripts.get(name) ?? {
        name,
        tag: randomUUID().replaceAll('-', ''),
        versions: [],
        classes: new Map(),
        secrets: new Map(),
        workersDev: false,
        crons: [],
        routes: [],
        domains: [],
      }
    );
  }

  /**
   * Deploys an upload: it must start, and its main module must export every class that it declares.
   *
   * @throws Refusal and then nothing has changed.
   */
  async deploy(script: Script, { version, classes, changes, inCode, keepsSecrets, secrets }: Uploaded): Promise<void> {
    const names = new Set(version.bindings.map(({ name }) => name));
    const kept = new Map([...(keepsSecrets ? script.secrets : []), ...secrets].filter(([name]) => !names.has(name)));
    await this.#run(script, version, kept);
    const missing = [...classes.keys()].filter((name) => !inCode.has(name));
    if (missing.length > 0) {
      await this.#restore(script);
      throw invalid(`The main module does not export the class ${missing.join(', ')}, which exports declares`);
    }
    for (const name of changes.deleted) await deleteData(script, name, join(this.#folder, script.name));
    script.versions.push(version);
    replace(script.secrets, kept);
    replace(script.classes, classes);
    this.#account.scripts.set(script.name, script);
  }

  /**
   * Deploys a version again. It must have the classes that exist now: "Rollbacks cannot cross a lifecycle change"
   * (https://developers.cloudflare.com/durable-objects/reference/durable-objects-migrations/, read 2026-11-30).
   *
   * @throws Refusal and then nothing has changed.
   */
  async rollBack(script: Script, id: string): Promise<void> {
    const version = script.versions.find((one) => one.id === id);
    if (version === undefined) throw new Refusal(404, CODE.versionNotFound, `Version ${id} does not exist`);
    const changed = [...new Set(script.classes.keys()).symmetricDifference(new Set(version.classes.keys()))];
    if (changed.length > 0)
      throw new Refusal(
        400,
        CODE.rollbackRefused,
        `Cannot roll back to a version before a Durable Object lifecycle change: ${changed.join(', ')}`,
      );
    await this.#run(script, version, script.secrets);
    script.versions.push(version);
  }

  /** Stores secrets, and deploys a version with them. A value of null deletes one. */
  async setSecrets(script: Script, changes: ReadonlyMap<string, string | null>): Promise<void> {
    const before = deployed(script);
    if (before === undefined) throw new Refusal(404, CODE.workerNotFound, 'This Worker has no version');
    const secrets = new Map(script.secrets);
    for (const [name, text] of changes) {
      if (before.bindings.some((binding) => binding.name === name))
        throw new Refusal(400, CODE.nameInUse, `Binding name '${name}' already in use.`);
      if (text === null) secrets.delete(name);
      else secrets.set(name, text);
    }
    const version = { ...before, id: randomUUID() };
    await this.#run(script, version, secrets);
    script.versions.push(version);
    replace(script.secrets, secrets);
  }

  instance(name: string): Instance | undefined {
    return this.#instances.get(name);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#instances.values()].map((instance) => instance.stop()));
  }

  async #run(script: Script, version: Version, secrets: ReadonlyMap<string, string>): Promise<void> {
    const running = this.#instances.get(script.name);
    // Two processes must not have one database open.
    await running?.stop();
    this.#instances.delete(script.name);
    try {
      const folder = join(this.#folder, script.name);
      this.#instances.set(script.name, await runVersion(script, version, { folder, secrets }));
    } catch (error) {
      await this.#restore(script);
      throw invalid(error instanceof Error ? error.message : String(error));
    }
  }

  /** Runs the version that was deployed, instead of the refused one. */
  async #restore(script: Script): Promise<void> {
    await this.#instances.get(script.name)?.stop();
    this.#instances.delete(script.name);
    const before = deployed(script);
    if (before !== undefined) await this.#run(script, before, script.secrets);
  }
}

function replace<Value>(map: Map<string, Value>, by: ReadonlyMap<string, Value>): void {
  map.clear();
  for (const [key, value] of by) map.set(key, value);
}
