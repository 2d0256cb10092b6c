import type { DeliveryKey, KeptPayload } from './delivery-types.ts';

/** A new delivery. */
export type BegunDelivery = DeliveryKey & {
  eventSeq: number;
  happenedAtMs: number;
  enqueuedAtMs: number;
  /** The time until which the person's e-mail may still arrive; undefined when the delivery does not wait for it. */
  waitsUntilMs: number | undefined;
  payload: KeptPayload;
  value: { currencyCode: string; amount: string } | undefined;
  /** The person's tags, separated by spaces. */
  person: string;
  shape: string | null;
};

type Sealed = Extract<KeptPayload, { kind: 'sealed' }>;
type Erased = Extract<KeptPayload, { kind: 'erased' }>;

/** Returns the columns of a new delivery that depend on whether it waits, and on whether its person was erased. */
export function firstState(delivery: BegunDelivery) {
  const { payload, waitsUntilMs } = delivery;
  return payload.kind === 'erased' ? erasedBefore(payload) : { ...delivery, ...sealedNow(payload, waitsUntilMs) };
}

function sealedNow({ text }: Sealed, waitsUntilMs: number | undefined) {
  return { state: waitsUntilMs === undefined ? 'pending' : 'waiting', text, reason: null, doneAtMs: null };
}

/** The state of a delivery whose person was erased before it was written: `erased` from the beginning. */
function erasedBefore({ reason, atMs }: Erased) {
  return { state: 'erased', text: null, reason, doneAtMs: atMs, person: null, shape: null };
}
