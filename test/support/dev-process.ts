import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import { ended, isRunning } from '../../scripts/processes.ts';
import { workerdsOf } from './workerd-processes.ts';

const root = join(import.meta.dirname, '../..');
/** Longer than `dev.test.ts` allows on a machine of its own: here others may be at work. */
const STARTS_WITHIN_MS = 110_000;

export type DevPorts = { port: number; sandboxPort: number };

/** `npm run dev` without npm, in its own process group, like one started in a terminal. */
export type DevProcess = {
  /** Its whole output. */
  readonly output: string;
  /** The time from its start until it was ready. */
  readonly startedInMs: number;
  /** Returns the ids of its workerd processes. */
  workerds(): Promise<number[]>;
  /** kill -9 of the started process only, not of its children. */
  kill(): Promise<void>;
  /** kill -9 of all its processes that are left, for clean-up. */
  remove(): Promise<void>;
  /** Ctrl-C in its terminal: SIGINT to the whole group, then waits until none of it is left. */
  interrupt(): Promise<void>;
};

/**
 * Starts it, and waits until it reports that it is ready. Its state is in `.directflight/<port>`.
 *
 * @param env Further settings.
 */
export async function startDevProcess(
  { port, sandboxPort }: DevPorts,
  env: Readonly<Record<string, string>> = {},
): Promise<DevProcess> {
  const startedAtMs = performance.now();
  const child = spawn(process.execPath, [join(root, 'scripts/dev.ts')], {
    cwd: root,
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PORT: String(port), SANDBOX_PORT: String(sandboxPort), ...env },
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  await ready(child, () => output);
  const startedInMs = performance.now() - startedAtMs;
  return {
    get output() {
      return output;
    },
    startedInMs,
    workerds: () => workerdsOf(pidOf(child)),
    async kill() {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
    async remove() {
      const workerds = await workerdsOf(pidOf(child));
      for (const pid of [pidOf(child), ...workerds]) if (await isRunning(pid)) process.kill(pid, 'SIGKILL');
      await Promise.all([pidOf(child), ...workerds].map(ended));
    },
    async interrupt() {
      const gone = once(child, 'exit');
      const workerds = await workerdsOf(pidOf(child));
      // A negative id means the process group.
      process.kill(-pidOf(child), 'SIGINT');
      await Promise.all([gone, ...workerds.map(ended)]);
    },
  };
}

/** Deletes the stored state of a run. */
export async function removeStateOf({ port }: DevPorts): Promise<void> {
  await rm(join(root, '.directflight', String(port)), { recursive: true, force: true });
}

/** Waits for its own message, because an older run's workerd may still answer on the same port. */
async function ready(child: ChildProcess, output: () => string): Promise<void> {
  const untilMs = performance.now() + STARTS_WITHIN_MS;
  while (!output().includes('Ctrl-C ends all of it')) {
    if (child.exitCode !== null || performance.now() > untilMs)
      throw new Error(`Cannot start npm run dev (exit ${String(child.exitCode)}): ${output()}`);
    await wait(20);
  }
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('Cannot find npm run dev: it was never started');
  return pid;
}
