import { processes } from '../../scripts/processes.ts';

/** Returns the workerd processes that a process has started itself. */
export async function workerdsOf(parent: number): Promise<number[]> {
  const all = await processes();
  return all
    .filter((process) => process.parent === parent && process.command.includes('workerd'))
    .map(({ pid }) => pid);
}
