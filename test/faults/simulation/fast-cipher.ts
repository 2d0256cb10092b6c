import type { Cipher } from '../../../worker/objects/outbox/keys/payload-cipher.ts';
import type { Chance } from './chance.ts';

/**
 * Replaces AES-GCM. A sealed text opens only with the same key and for the same owner. It hides nothing, but it takes
 * no time, and real cryptography doesn't follow virtual time.
 */
export function fastCipher(chance: Chance): Cipher<string> {
  const newId = (): string => chance.between(0, 0xffff_ffff).toString(16).padStart(16, '0');
  return {
    newId,
    newKey: newId,
    importKey: async (key) => key,
    branch: async (key, branch) => `${key}/${branch}`,
    sealWith: async (key, text) => `${key}.${text}`,
    openWith: async (key, sealed) => (sealed.startsWith(`${key}.`) ? sealed.slice(key.length + 1) : undefined),
    async seal(text, { keyRing: [sealing], binding }) {
      if (sealing === undefined) throw new Error('Cannot seal: the key ring is empty');
      return JSON.stringify([sealing.join(), binding.purpose, binding.owner, text]);
    },
    async open(sealed, { keyRing, binding }) {
      const [key, purpose, owner, text]: string[] = JSON.parse(sealed);
      const isOurs = keyRing.some((known) => known.join() === key);
      return isOurs && purpose === binding.purpose && owner === binding.owner ? text : undefined;
    },
  };
}
