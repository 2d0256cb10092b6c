/**
 * Loads the code that objects load when they first need it. Vitest fetches a module over the network, and two objects
 * that wait for the same one would share a promise, which workerd forbids. A deployed module is there at once.
 */
import '../../../worker/objects/outbox/outbox-reader.ts';
import '../../../worker/objects/tally/tally-reader.ts';
import { loadRareWords } from '../../../worker/domain/reading/rare-words.ts';

await loadRareWords();
