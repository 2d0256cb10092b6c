import type { Env } from '../../env.ts';
import { logFault } from '../log-fault.ts';

/**
 * Below the number of requests that one run of a Worker may make. The next run continues with the remaining sources.
 */
const VISITS_A_RUN = 800;

/** How many outboxes are visited at the same time. One that does not answer blocks only its own place. */
const VISITS_AT_ONCE = 20;

/** Longer than an outbox needs to start and check its work. It continues on its own after that. */
const VISIT_MS = 20_000;

/** The functions that come from outside, so that a test can replace them. */
export type Round = {
  next(atMost: number): Promise<string[]>;
  visit(sourceId: string): Promise<void>;
  sleep(ms: number): Promise<void>;
  log(where: string, error: unknown): void;
};

/**
 * Wakes the outbox of each source, so that one whose alarm was lost continues without traffic. Run by the cron trigger.
 */
export function wakeOutboxes(env: Env): Promise<void> {
  return visitOutboxes({
    next: (atMost) => env.REGISTRY.getByName('registry').nextToVisit(atMost),
    visit: (id) => env.OUTBOX.getByName(id).wake(),
    sleep: (ms) => scheduler.wait(ms),
    log: logFault,
  });
}

/** Visits as many outboxes as one run allows, several at the same time. */
export async function visitOutboxes(round: Round): Promise<void> {
  const ids = await round.next(VISITS_A_RUN);
  const visitor = async (): Promise<void> => {
    for (let id = ids.shift(); id !== undefined; id = ids.shift()) await visitOne(id, round);
  };
  await Promise.all(Array.from({ length: VISITS_AT_ONCE }, visitor));
}

/** Visits one outbox. If it is unreachable or does not answer, the others are still woken. */
async function visitOne(id: string, round: Round): Promise<void> {
  try {
    const isDone = await Promise.race([round.visit(id).then(() => true), round.sleep(VISIT_MS).then(() => false)]);
    if (!isDone) throw new Error(`The outbox of ${id} did not answer within ${VISIT_MS / 1000} seconds`);
  } catch (error) {
    round.log('cron.wake', error);
  }
}
