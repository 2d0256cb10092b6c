import { parseKeyRing } from '../../domain/sealing/sealed-box.ts';
import { logFault } from '../../objects/log-fault.ts';

/** The keys of `ENCRYPTION_KEY`; none when it is missing or unreadable: then nobody's identity is remembered. */
export function keyRingOf(encryptionKey: string | undefined): Uint8Array[] {
  if (encryptionKey === undefined || encryptionKey === '') return [];
  try {
    return parseKeyRing(encryptionKey);
  } catch (error) {
    logFault('collect.encryption_key', error);
    return [];
  }
}
