import { ended, processes } from './processes.ts';

/**
 * Ends the processes that an earlier run on this port left behind. After kill -9 of `npm run dev` its workerd keeps
 * running, holds the port and uses the database (measured).
 *
 * The process is recognized by what it does, not by a stored id, because a run may be killed before it has stored one:
 * a workerd that listens on this port, and whose run has ended. A run that is alive is left alone; then the port is
 * taken.
 */
export async function endLeftovers(port: number): Promise<void> {
  const all = await processes();
  const alive = new Set(all.filter(({ command }) => command.includes('dev.ts')).map(({ pid }) => pid));
  const leftovers = all.filter(({ command, parent }) => isWorkerdOn(port, command) && !alive.has(parent));
  for (const { pid } of leftovers) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended by itself in between.
    }
  }
  await Promise.all(leftovers.map(({ pid }) => ended(pid)));
}

/** Recognized by Miniflare's command line; test/faults/dev-killed.test.ts fails when an upgrade changes it. */
function isWorkerdOn(port: number, command: string): boolean {
  return /\bworkerd serve\b/.test(command) && command.includes(`--socket-addr=entry=localhost:${port} `);
}
