import { safely } from './safely.ts';

/** Returns a random ID for an event: a UUID if the page has https. */
export function newMessageId(): string {
  // Without https there is no `randomUUID`. Any unique text will do.
  return safely(() => crypto.randomUUID()) ?? `${Date.now()}-${Math.random()}`;
}
