import type { LateIdentity } from '../../../domain/identity/late-identity.ts';
import type { AcceptedEvent, SealedEvent } from '../delivery-types.ts';
import type { Unsealed } from '../keys/payload-keys.ts';
import type { Payloads } from '../ports.ts';
import type { Introduction } from './identity-waits.ts';

/**
 * Seals the personal data of events, all at once. The turn that stores them must check with `Payloads.unusable` that
 * their keys may still be used: a person may be erased in the meantime.
 */
export async function sealEvents(events: readonly AcceptedEvent[], keys: Payloads): Promise<SealedEvent[]> {
  const sealed = await keys.seal(events.flatMap(textsOf));
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

/** Returns the sealed texts of events. */
export function sealedTextsOf(events: readonly SealedEvent[]): string[] {
  return events.flatMap(({ deliveries, introduction }) => [
    ...deliveries.flatMap(({ payload }) => (payload.kind === 'sealed' ? [payload.text] : [])),
    ...(introduction === undefined ? [] : [introduction.sealed]),
  ]);
}

function textsOf({ deliveries, introduction, person }: AcceptedEvent): Unsealed[] {
  return [
    ...deliveries.map(({ element, wait }) => ({ text: JSON.stringify(wait?.conversion ?? element), tags: person })),
    ...(introduction === undefined ? [] : [{ text: lateIdentity(introduction), tags: introduction.person }]),
  ];
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
