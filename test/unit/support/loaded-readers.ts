/**
 * Loads the code that is loaded when something first needs it. Vitest fetches a module over the network, and two
 * objects that wait for the same one would share a promise, which workerd forbids. A deployed module is available at
 * once.
 */
import '../../../worker/domain/identity/email/email-text.ts';
import { loadRareWords } from '../../../worker/domain/reading/rare-words.ts';
import '../../../worker/objects/later.ts';

await loadRareWords();
