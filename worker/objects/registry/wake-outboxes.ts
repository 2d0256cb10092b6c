import type { Env } from '../../env.ts';
import { logFault } from '../log-fault.ts';

/** Below the requests that one run of a Worker may make. Where there are more sources, the next run goes on with them. */
const VISITS_A_RUN = 800;

/** Visited at once: one that does not answer keeps its place, and no other waits for it. */
const VISITS_AT_ONCE = 20;

/** Longer than an outbox takes to start and look; whatever it goes on with, it does without being waited for. */
const VISIT_MS = 20_000;

/** What is needed of the world outside, so that a test can be it. */
export type Round = {
  next(atMost: number): Promise<string[]>;
  visit(sourceId: string): Promise<void>;
  sleep(ms: number): Promise<void>;
  log(where: string, error: unknown): void;
};

/** Wakes the outbox of each source, so that one whose alarm was lost goes on without traffic. Run by the cron trigger. */
export function wakeOutboxes(env: Env): Promise<void> {
  return visitOutboxes({
    next: (atMost) => env.REGISTRY.getByName('registry').nextToVisit(atMost),
    visit: (id) => env.OUTBOX.getByName(id).wake(),
    sleep: (ms) => scheduler.wait(ms),
    log: logFault,
  });
}

/** Visits as many as one run may, some at a time. */
export async function visitOutboxes(round: Round): Promise<void> {
  const ids = await round.next(VISITS_A_RUN);
  const visitor = async (): Promise<void> => {
    for (let id = ids.shift(); id !== undefined; id = ids.shift()) await visitOne(id, round);
  };
  await Promise.all(Array.from({ length: VISITS_AT_ONCE }, visitor));
}

/** One that cannot be reached, or does not answer, does not stop the others from being woken. */
async function visitOne(id: string, round: Round): Promise<void> {
  try {
    const isDone = await Promise.race([round.visit(id).then(() => true), round.sleep(VISIT_MS).then(() => false)]);
    if (!isDone) throw new Error(`The outbox of ${id} did not answer within ${VISIT_MS / 1000} seconds`);
  } catch (error) {
    round.log('cron.wake', error);
  }
}
