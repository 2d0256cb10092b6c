import { parseKeyRing } from '../../domain/sealing/sealed-box.ts';
import { logFault } from '../../objects/log-fault.ts';

/** The last key ring. A Worker has one `ENCRYPTION_KEY`, so its key ring is parsed once. */
let known: { text: string; keyRing: Uint8Array[] } | undefined;

/** Returns the keys of `ENCRYPTION_KEY`. Empty when it is missing or unreadable; then no identities are remembered. */
export function keyRingOf(encryptionKey: string | undefined): readonly Uint8Array[] {
  if (encryptionKey === undefined || encryptionKey === '') return [];
  if (known?.text === encryptionKey) return known.keyRing;
  try {
    known = { text: encryptionKey, keyRing: parseKeyRing(encryptionKey) };
    return known.keyRing;
  } catch (error) {
    logFault('collect.encryption_key', error);
    return [];
  }
}
