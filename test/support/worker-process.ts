import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

import * as v from 'valibot';

import type { LocalWorkerOptions } from '../../scripts/local-worker.ts';
import { ended } from '../../scripts/processes.ts';
import { workerdsOf } from './workerd-processes.ts';

const Ready = v.object({ url: v.string() });

/** A Worker in its own process. */
export type WorkerProcess = {
  readonly url: string;
  /** Runs the cron trigger once. */
  runCron(): Promise<void>;
  /** kill -9 of workerd and of the process around it. */
  kill(): Promise<void>;
  /** kill -9 of workerd alone, like a crash. Miniflare starts another one on the same port and state. */
  crash(): Promise<void>;
  stop(): Promise<void>;
};

/**
 * Starts the Worker with wrangler.toml's settings, as `npm run dev` does.
 *
 * @param onOutput Gets everything it writes to stdout and stderr.
 */
export async function startWorkerProcess(
  options: Required<Omit<LocalWorkerOptions, 'modules' | 'configPath' | 'prepared'>>,
  onOutput: (text: string) => void,
): Promise<WorkerProcess> {
  const host = fork(join(import.meta.dirname, 'worker-host.ts'), [JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    execArgv: [],
  });
  let lastWords = '';
  const listen = (text: string): void => {
    lastWords = (lastWords + text).slice(-2_000);
    onOutput(text);
  };
  for (const stream of [host.stdout, host.stderr]) stream?.setEncoding('utf8').on('data', listen);
  const { url } = v.parse(Ready, await firstMessage(host, () => lastWords));
  return {
    url,
    async runCron() {
      const done = once(host, 'message');
      host.send('cron');
      await done;
    },
    async kill() {
      const gone = once(host, 'exit');
      // While stopped, it can't replace the workerd that dies.
      host.kill('SIGSTOP');
      const workerds = await workerdsOf(pidOf(host));
      for (const pid of workerds) process.kill(pid, 'SIGKILL');
      host.kill('SIGKILL');
      await Promise.all([gone, ...workerds.map(ended)]);
    },
    async crash() {
      const workerds = await workerdsOf(pidOf(host));
      for (const pid of workerds) process.kill(pid, 'SIGKILL');
      await Promise.all(workerds.map(ended));
    },
    async stop() {
      if (host.exitCode !== null || host.signalCode !== null) return;
      const gone = once(host, 'exit');
      host.send('stop');
      await gone;
    },
  };
}

async function firstMessage(host: ChildProcess, lastWords: () => string): Promise<unknown> {
  const failed = once(host, 'close').then(([code]) => {
    throw new Error(`Cannot start the Worker: its process ended with ${String(code)} and said: ${lastWords()}`);
  });
  const [message] = await Promise.race([once(host, 'message'), failed]);
  failed.catch(() => {
    // It was ready, and ends in its own time.
  });
  return message;
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('Cannot find the process of the Worker: it was never started');
  return pid;
}
