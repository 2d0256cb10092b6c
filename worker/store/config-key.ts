/** Returns the KV key for the collector's data about a key. A server key is a secret, so its hash is used. */
export function configKey(key: { kind: 'write'; key: string } | { kind: 'server'; sha256: string }): string {
  return key.kind === 'write' ? `config:${key.key}` : `config:server:${key.sha256}`;
}
