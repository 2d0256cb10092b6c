import { safely } from './safely.ts';

/** Gives an event its id: random, and a UUID where the page has https. */
export function newMessageId(): string {
  // Without https there is no `randomUUID`; then anything unique will do, for nobody reads it.
  return safely(() => crypto.randomUUID()) ?? `${Date.now()}-${Math.random()}`;
}
