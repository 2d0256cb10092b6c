/**
 * Logs an error of our own: only where it happened, and the error's message.
 *
 * Our errors contain no personal data (docs/privacy.md). LinkedIn's texts are redacted before they can become part of
 * one.
 */
export function logFault(where: string, error: unknown): void {
  const { name, message, stack } = error instanceof Error ? error : { name: 'unknown', message: '', stack: undefined };
  // oxlint-disable-next-line no-console -- This is the log.
  console.error({ level: 'error', where, name, message: message.slice(0, 512), stack: stack?.slice(0, 2_000) });
}
