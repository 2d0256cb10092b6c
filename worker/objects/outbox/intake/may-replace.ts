/** An existing delivery with the same identity. */
type Standing = { state: string; reason: string | null; is_from_server: number | null };

/**
 * Returns whether an event may replace a delivery that was never sent. It may replace a skipped one, unless it would be
 * skipped too. An event with a server key may also replace one from a page, which anybody can send. A pending delivery
 * cannot be replaced, because it may be on its way.
 */
export function mayReplace(
  { state, reason, is_from_server: isFromServer }: Standing,
  { isIdentified, isTest }: { isIdentified: boolean; isTest: boolean },
  receipt: { isFromServer?: boolean },
): boolean {
  if (state === 'skipped') {
    if (reason === 'no_identity') return isIdentified;
    return reason !== 'test_mode' || !isTest;
  }
  // A stranger who guessed the ID may have withdrawn consent. Only deliveries that came with the write key are
  // affected.
  const isWithdrawn = state === 'erased' && reason === 'consent_withdrawn';
  const isOpen = state === 'waiting' || state === 'dead' || state === 'expired' || isWithdrawn;
  return isOpen && receipt.isFromServer === true && isFromServer !== 1;
}
