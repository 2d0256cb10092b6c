import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/**
 * After kill -9 of `npm run dev` its workerd lives on, holds the port and works on the database (measured). So the next
 * run ends it: exactly the processes that the last run wrote down, and only those that are still workerd.
 */
export async function endLeftovers(folder: string): Promise<void> {
  for (const pid of await readPids(folder)) {
    if (!(await isWorkerd(pid))) continue;
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself in between.
    }
  }
}

/** Writes down the processes that this run has started. */
export async function rememberProcesses(folder: string): Promise<void> {
  await writeFile(pidsPath(folder), JSON.stringify(await childrenOf(process.pid)));
}

async function childrenOf(pid: number): Promise<number[]> {
  const { stdout } = await run('ps', ['-A', '-o', 'pid=,ppid=']);
  return stdout
    .split('\n')
    .map((line) => line.trim().split(/\s+/).map(Number))
    .flatMap(([child, parent]) => (child !== undefined && parent === pid ? [child] : []));
}

async function isWorkerd(pid: number): Promise<boolean> {
  try {
    const { stdout } = await run('ps', ['-p', String(pid), '-o', 'command=']);
    return stdout.includes('workerd');
  } catch {
    return false;
  }
}

async function readPids(folder: string): Promise<number[]> {
  try {
    const pids: unknown = JSON.parse(await readFile(pidsPath(folder), 'utf8'));
    return Array.isArray(pids) ? pids.filter((pid) => Number.isInteger(pid)) : [];
  } catch {
    return [];
  }
}

function pidsPath(folder: string): string {
  return join(folder, 'processes.json');
}
