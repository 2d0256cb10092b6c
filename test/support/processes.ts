import { execFile } from 'node:child_process';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

type Process = { pid: number; parent: number; state: string; command: string };

/** The workerd processes that a process has started itself: nobody else's. */
export async function workerdsOf(parent: number): Promise<number[]> {
  const all = await processes();
  return all
    .filter((process) => process.parent === parent && process.command.includes('workerd'))
    .map(({ pid }) => pid);
}

/** Waits until a process is gone: only then are its port and its files free. */
export async function ended(pid: number): Promise<void> {
  // oxlint-disable-next-line no-await-in-loop -- There is nothing to wait on but the list of processes.
  while (await isRunning(pid)) await wait(10);
}

export async function isRunning(pid: number): Promise<boolean> {
  const all = await processes();
  // A zombie has ended; only its parent has not asked yet.
  return all.some((process) => process.pid === pid && !process.state.startsWith('Z'));
}

async function processes(): Promise<Process[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=,stat=,command='], { maxBuffer: 16 * 1024 * 1024 });
  return stdout.split('\n').flatMap((line) => {
    const [, pid, parent, state, command] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    if (pid === undefined || parent === undefined || state === undefined || command === undefined) return [];
    return [{ pid: Number(pid), parent: Number(parent), state, command }];
  });
}
