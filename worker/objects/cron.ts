import type { Env } from '../env.ts';
import { logFault } from './log-fault.ts';
import { completeDeletions } from './registry/pending-deletions.ts';
import { wakeOutboxes } from './registry/wake-outboxes.ts';

/** The work of the cron trigger, every five minutes. */
export async function runCron(env: Env): Promise<void> {
  await Promise.all([wakeOutboxes(env), completeDeletions(env), beginRound(env)]);
}

/** Makes the alerts check every source. If they can't be reached, the other work is still done. */
async function beginRound({ ALERTS }: Env): Promise<void> {
  try {
    await ALERTS.getByName('alerts').beginRound();
  } catch (error) {
    logFault('cron.alerts', error);
  }
}
