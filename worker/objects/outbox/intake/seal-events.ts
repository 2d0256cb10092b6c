import type { LateIdentity } from '../../../domain/identity/late-identity.ts';
import type { AcceptedEvent, SealedEvent } from '../delivery.ts';
import type { Unsealed } from '../keys/payload-keys.ts';
import type { Payloads } from '../ports.ts';
import type { Introduction } from './identity-waits.ts';

/** Seals the personal data of events, all at once, under keys that may still be used. */
export async function sealEvents(events: readonly AcceptedEvent[], keys: Payloads): Promise<SealedEvent[]> {
  const sealed = await sealTexts(events.flatMap(textsOf), keys);
  let taken = 0;
  // In the order of `textsOf`.
  const next = (): string => {
    const text = sealed[taken++];
    if (text === undefined) throw new Error('Cannot keep an event: it has more texts than were sealed');
    return text;
  };
  return events.map(({ deliveries, introduction, ...event }) => ({
    ...event,
    deliveries: deliveries.map((delivery) => ({ ...delivery, payload: { kind: 'sealed', text: next() } })),
    ...(introduction && { introduction: sealedIntroduction(introduction, next()) }),
  }));
}

function textsOf({ deliveries, introduction, person }: AcceptedEvent): Unsealed[] {
  return [
    ...deliveries.map(({ element, wait }) => ({ text: JSON.stringify(wait?.conversion ?? element), tags: person })),
    ...(introduction === undefined ? [] : [{ text: lateIdentity(introduction), tags: introduction.person }]),
  ];
}

async function sealTexts(texts: readonly Unsealed[], keys: Payloads): Promise<string[]> {
  let sealed = await keys.seal(texts);
  for (let stale = keys.unusable(sealed); stale.size > 0; stale = keys.unusable(sealed))
    sealed = await sealAgain(texts, { sealed, stale, keys });
  return sealed;
}

/** Seals texts again whose key was condemned while they were sealed. */
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

function sealedIntroduction(
  { identity: _who, consent: _said, ...introduction }: NonNullable<AcceptedEvent['introduction']>,
  sealed: string,
): Introduction {
  return { ...introduction, sealed };
}
