/**
 * Names the KV value that holds what the collector needs to know for a key. A server key is a secret, so its hash stands
 * for it.
 */
export function configKey(key: { kind: 'write'; key: string } | { kind: 'server'; sha256: string }): string {
  return key.kind === 'write' ? `config:${key.key}` : `config:server:${key.sha256}`;
}
