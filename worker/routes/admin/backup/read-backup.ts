import * as v from 'valibot';

import { backupKey, isSigned, splitLine } from '../../../domain/backup/chain.ts';
import type { Env } from '../../../env.ts';
import { BACKUP_FORMAT, BackupBegin, BackupEnd, BackupPlace, BackupRecord } from '../../../schema/backup.ts';
import { Problem } from '../../http/problem.ts';
import { copiedObject, registryOf } from './copied-objects.ts';
import { finishRestore } from './finish-restore.ts';
import { LineTooLong, linesOf } from './lines.ts';

/** The progress is stored after this many lines. After an interruption, at most these are read again. */
const LINES_A_STEP = 25;

type SignedLine = { body: string; mac: string };

/** Restores a backup, line by line. Each line is checked before it is stored. */
export class BackupReader {
  readonly #env: Env;
  readonly #keyRing: readonly Uint8Array[];
  #key: CryptoKey | undefined;
  /** The last line that was restored. */
  #line = 0;
  #mac = '';
  #part = 0;
  #isComplete = false;
  #hasEnd = false;

  constructor(env: Env, keyRing: readonly Uint8Array[]) {
    this.#env = env;
    this.#keyRing = keyRing;
  }

  get line(): number {
    return this.#line;
  }

  /** True when the whole backup was read, and the instance runs. */
  get isComplete(): boolean {
    return this.#isComplete;
  }

  /**
   * Reads a backup, or the part of it that begins at any line up to the first one that is missing.
   *
   * @throws Problem
   */
  async read(body: ReadableStream<Uint8Array>): Promise<void> {
    await this.#continue();
    try {
      for await (const line of linesOf(body)) await this.#take(line);
      if (this.#hasEnd) await this.#end();
    } catch (error) {
      if (error instanceof LineTooLong || error instanceof TypeError)
        throw this.#invalid('it is not a line of a backup');
      throw error;
    } finally {
      if (this.#line > 0 && !this.#isComplete) await this.#reached();
    }
  }

  /** Continues where an earlier part ended. */
  async #continue(): Promise<void> {
    const state = await registryOf(this.#env).continueRestore();
    if (state === undefined) return;
    this.#part = state.part;
    ({ line: this.#line, mac: this.#mac } = state);
    if (!state.isComplete) return;
    // Everything was read, and only the last step was interrupted.
    await finishRestore(this.#env);
    this.#isComplete = true;
  }

  async #take(text: string): Promise<void> {
    if (this.#isComplete) return;
    if (this.#hasEnd) throw this.#invalid('nothing may follow the end of the backup');
    const signed = splitLine(text);
    const value = signed && parsed(signed.body);
    const given = v.safeParse(v.object({ n: v.number(), record: v.string() }), value);
    if (signed === undefined || !given.success) throw this.#invalid('it is cut off, or is not a line of a backup');
    const { n, record } = given.output;
    if (record === 'begin') return this.#begin(value, signed);
    // An earlier part has restored this line already.
    if (n <= this.#line) return;
    if (n !== this.#line + 1) throw this.#invalid(`it is missing; the next one that was sent is line ${n}`);
    if (!(await this.#isNext(signed))) throw this.#invalid('it was changed, or does not follow the line before it');
    if (record === 'end') {
      if (!v.is(BackupEnd, value)) throw this.#invalid('it is not as expected');
      this.#hasEnd = true;
    } else await this.#restore(value);
    this.#line = n;
    this.#mac = signed.mac;
    if (n % LINES_A_STEP === 0) await this.#reached();
  }

  async #begin(value: unknown, signed: SignedLine): Promise<void> {
    const registry = registryOf(this.#env);
    const state = await registry.restoreState();
    if (state?.firstMac === signed.mac) return;
    if (state !== undefined)
      throw new Problem(
        'in_progress',
        'Another backup is being restored. Send the rest of it, or cancel it with DELETE /v1/admin/restore.',
      );
    const begin = v.safeParse(BackupBegin, value);
    if (!begin.success) throw this.#invalid('it is not the first line of a backup');
    if (begin.output.format > BACKUP_FORMAT)
      throw this.#invalid('it was made by a newer release of Directflight. Deploy that release or a later one first');
    if (!(await this.#isNext(signed)))
      throw new Problem(
        'backup_key_missing',
        'The backup was signed with a key that is not in ENCRYPTION_KEY, or its first line was changed. Set ENCRYPTION_KEY to this instance’s key and, after a comma, all keys of the instance in the backup.',
      );
    const hasChannels = (await this.#env.ALERTS.getByName('alerts').channels()).length > 0;
    const part = hasChannels ? undefined : await registry.beginRestore(signed.mac);
    if (part === undefined)
      throw new Problem(
        'not_empty',
        'A backup can only be restored into an empty instance, and this one has sources, integrations, access tokens, alert channels or deletions that are not complete.',
      );
    this.#part = part;
    this.#line = 1;
    this.#mac = signed.mac;
  }

  async #restore(value: unknown): Promise<void> {
    const place = v.safeParse(BackupPlace, value);
    const record = v.safeParse(BackupRecord, value);
    if (!place.success || !record.success) throw this.#invalid('it is not as expected');
    const { object, name, n } = place.output;
    const registry = registryOf(this.#env);
    if (object === 'registry') {
      this.#fits(await registry.keepRestored(n, record.output));
      return;
    }
    if (record.output.record === 'object') {
      await registry.restoreTouches({ object, name }, record.output.owner);
    }
    const owner = record.output.record === 'pages' ? await registry.restoredOwner({ object, name }) : '';
    if (owner === undefined) throw this.#invalid('its object was not begun');
    this.#fits(await copiedObject(this.#env, place.output).restore(record.output, owner));
  }

  async #end(): Promise<void> {
    this.#fits(await registryOf(this.#env).completeRestore());
    await finishRestore(this.#env);
    this.#isComplete = true;
  }

  #fits(unfit: { detail: string } | undefined): void {
    if (unfit !== undefined) throw this.#invalid(unfit.detail);
  }

  /** Tests a line with each key of ENCRYPTION_KEY, until one fits. */
  async #isNext(signed: SignedLine): Promise<boolean> {
    if (this.#key !== undefined) return isSigned(this.#key, this.#mac, signed);
    for (const masterKey of this.#keyRing) {
      const key = await backupKey(masterKey);
      if (!(await isSigned(key, this.#mac, signed))) continue;
      this.#key = key;
      return true;
    }
    return false;
  }

  async #reached(): Promise<void> {
    const isOurs = await registryOf(this.#env).restoreReached({ line: this.#line, mac: this.#mac, part: this.#part });
    if (!isOurs) throw new Problem('in_progress', 'Another request is restoring this backup');
  }

  #invalid(what: string): Problem {
    const line = this.#line + 1;
    return new Problem('backup_invalid', `Cannot restore line ${line} of the backup: ${what}.`, {
      extensions: { line },
    });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
