import type { Env } from '../env.ts';
import { logFault } from './log-fault.ts';

const SOURCES_A_PAGE = 100;

/** Wakes the outbox of each source, so that one whose alarm was lost goes on without traffic. Run by the cron trigger. */
export async function kickOutboxes(env: Env): Promise<void> {
  let after: string | undefined;
  do {
    const sources = await env.REGISTRY.getByName('registry').sources({ limit: SOURCES_A_PAGE, after });
    for (const { id } of sources) {
      try {
        await env.OUTBOX.getByName(id).kick();
      } catch (error) {
        // One outbox that cannot be reached does not stop the others from being woken.
        logFault('cron.kick', error);
      }
    }
    after = sources.length === SOURCES_A_PAGE ? sources.at(-1)?.id : undefined;
  } while (after !== undefined);
}
