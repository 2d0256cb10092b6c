import type { LateIdentity } from '../../../domain/identity/late-identity.ts';
import type { AcceptedEvent } from '../delivery.ts';
import type { Unsealed } from '../keys/payload-keys.ts';
import type { Payloads } from '../ports.ts';

/**
 * Seals what is to be kept of events under keys that may still be used.
 *
 * @returns Of each event its deliveries, in their order, and then what it says of its person, if it does.
 */
export async function sealEvents(receipts: readonly AcceptedEvent[], keys: Payloads): Promise<string[]> {
  const texts = receipts.flatMap(({ deliveries, introduction, person }): Unsealed[] => [
    ...deliveries.map(({ element, wait }) => ({ text: JSON.stringify(wait?.conversion ?? element), tags: person })),
    ...(introduction === undefined ? [] : [{ text: lateIdentity(introduction), tags: introduction.person }]),
  ]);
  let sealed = await keys.seal(texts);
  for (let stale = keys.unusable(sealed); stale.size > 0; stale = keys.unusable(sealed))
    sealed = await sealAgain(texts, { sealed, stale, keys });
  return sealed;
}

/** Seals those texts again whose key was condemned while they were sealed. */
async function sealAgain(
  texts: readonly Unsealed[],
  { sealed, stale, keys }: { sealed: readonly string[]; stale: ReadonlySet<number>; keys: Payloads },
): Promise<string[]> {
  const again = await keys.seal(texts.filter((_, index) => stale.has(index)));
  let next = 0;
  return sealed.map((text, index) => (stale.has(index) ? (again[next++] ?? text) : text));
}

function lateIdentity({ identity, consent }: LateIdentity): string {
  const late: LateIdentity = { identity, consent };
  return JSON.stringify(late);
}
