/** Returns an event's name in the ledger: track events by their name, all others by their type. */
export function ledgerName({ type, name }: { type: string; name: string | undefined }): string {
  return type === 'track' ? (name ?? type) : type;
}
