import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

/** A running process of this machine. */
export type Process = { pid: number; parent: number; command: string };

const LOOK_EVERY_MS = 10;

/** The position of `num_threads` after the name; see proc_pid_stat(5), where it is field 20. */
const NUM_THREADS = 17;

/**
 * Lists the running processes: from /proc when it exists, because a small Linux has no `ps`, and otherwise from `ps`.
 */
export async function processes(): Promise<Process[]> {
  return existsSync('/proc/self/stat') ? processesInProc() : processesOfPs();
}

/** Waits until a process has ended, because only then are its port and its files free. */
export async function ended(pid: number): Promise<void> {
  while (await isRunning(pid)) await wait(LOOK_EVERY_MS);
}

export async function isRunning(pid: number): Promise<boolean> {
  const all = await processes();
  return all.some((process) => process.pid === pid);
}

async function processesInProc(): Promise<Process[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(pids.map(processInProc));
  return found.filter((process) => process !== undefined);
}

async function processInProc(pid: string): Promise<Process | undefined> {
  try {
    const [stat, commandLine] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile(`/proc/${pid}/cmdline`, 'utf8'),
    ]);
    // "pid (name) state parent …", and a name may contain anything.
    const [, fields = ''] = /\) (\S \d+ [^)]*)$/.exec(stat) ?? [];
    const [stated = '', parent = ''] = fields.split(' ');
    // The first of its threads may have ended while others still hold its port and files.
    const hasThreads = Number(fields.split(' ')[NUM_THREADS]) > 1;
    const state = stated === 'Z' && hasThreads ? 'ending' : stated;
    return processOf({ pid, parent, state, command: commandLine.replaceAll('\0', ' ') });
  } catch {
    // It ended meanwhile.
    return undefined;
  }
}

async function processesOfPs(): Promise<Process[]> {
  const { stdout } = await promisify(execFile)('ps', ['-A', '-ww', '-o', 'pid=,ppid=,stat=,command='], {
    maxBuffer: 16 * 1024 * 1024,
  });
  return stdout.split('\n').flatMap((line) => {
    const [, pid = '', parent = '', state = '', command = ''] = /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line) ?? [];
    return processOf({ pid, parent, state, command }) ?? [];
  });
}

function processOf({ pid, parent, state, command }: Record<'pid' | 'parent' | 'state' | 'command', string>) {
  // A zombie has ended; its parent just hasn't collected it yet.
  if (pid === '' || parent === '' || state.startsWith('Z')) return undefined;
  return { pid: Number(pid), parent: Number(parent), command };
}
