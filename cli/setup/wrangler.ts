import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { CommandError, EXIT } from '../instance.ts';

type Run = {
  /** What it reads, such as secrets, which must not be among the arguments. */
  input?: string;
  /** Lets wrangler ask the person itself. */
  isInteractive?: boolean;
};

export type Ran = { exitCode: number; stdout: string; stderr: string };

/** wrangler, with the project's configuration and the user's own settings over it. */
export class Wrangler {
  readonly #project: string;
  readonly #environment: NodeJS.ProcessEnv;

  constructor(project: string, environment: NodeJS.ProcessEnv) {
    this.#project = project;
    this.#environment = environment;
  }

  /**
   * Runs a command of wrangler.
   *
   * @throws CommandError with wrangler's own words when it fails.
   */
  async run(args: readonly string[], options: Run = {}): Promise<Ran> {
    const ran = await this.try(args, options);
    if (ran.exitCode !== 0)
      throw new CommandError(
        `${options.isInteractive === true ? '' : `${wordsOf(ran)}\n\n`}\`wrangler ${args.join(' ')}\` failed. Fix what it says and run the command again. Completed steps are not repeated.`,
        EXIT.found,
      );
    return ran;
  }

  /** Runs a command of wrangler that may fail. */
  async try(args: readonly string[], options: Run = {}): Promise<Ran> {
    return this.#spawn(args, this.#environment, options);
  }

  /**
   * Deploys.
   *
   * @returns Where it can be reached: addresses of workers.dev, routes, and hosts.
   * @throws CommandError
   */
  async deploy({ isInteractive }: { isInteractive: boolean }): Promise<string[]> {
    const folder = await mkdtemp(join(tmpdir(), 'directflight-setup-'));
    const report = join(folder, 'output.ndjson');
    try {
      const environment = { ...this.#environment, WRANGLER_OUTPUT_FILE_PATH: report };
      const ran = await this.#spawn(['deploy'], environment, { isInteractive });
      if (ran.exitCode !== 0)
        throw new CommandError(
          `${isInteractive ? '' : `${wordsOf(ran)}\n\n`}The deploy failed. Fix what wrangler says and run the command again.`,
          EXIT.found,
        );
      return targetsIn(await readFile(report, 'utf8'));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Finds the KV namespace with a title. */
  async namespaceOf(title: string): Promise<string | undefined> {
    const { exitCode, stdout } = await this.try(['kv', 'namespace', 'list']);
    if (exitCode !== 0) return undefined;
    const namespaces: { id: string; title: string }[] = JSON.parse(stdout);
    return namespaces.find((one) => one.title === title)?.id;
  }

  #spawn(args: readonly string[], environment: NodeJS.ProcessEnv, { input, isInteractive }: Run): Promise<Ran> {
    const child = spawn(process.execPath, [join(this.#project, 'scripts/wrangler.ts'), ...args], {
      cwd: this.#project,
      env: isInteractive === true ? environment : { ...environment, NO_COLOR: '1', FORCE_COLOR: '0' },
      stdio: isInteractive === true ? 'inherit' : 'pipe',
    });
    let stdout = '';
    let stderr = '';
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.stdin?.end(input ?? '');
    return new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code) => resolve({ exitCode: code ?? -1, stdout, stderr }));
    });
  }
}

/** The last lines, which say what was wrong. */
function wordsOf({ stdout, stderr }: Ran): string {
  return `${stdout}\n${stderr}`
    .split('\n')
    .filter((line) => line.trim() !== '' && !/Logs were written|please open an issue/.test(line))
    .slice(-12)
    .join('\n');
}

/** wrangler writes a line of JSON for each thing that it has done. */
function targetsIn(lines: string): string[] {
  const entries = lines
    .split('\n')
    .filter((line) => line !== '')
    .map((line): { type?: string; targets?: string[] } => JSON.parse(line));
  return entries.find(({ type }) => type === 'deploy')?.targets ?? [];
}
