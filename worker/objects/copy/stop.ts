const STOPPED = 'stopped';

/**
 * Whether an object was stopped, so that its instance can move. A stopped object accepts and sends nothing, so a backup
 * made now stays complete. The mark is not in the tables, so it is not part of a backup.
 */
export class Stop {
  readonly #kv: SyncKvStorage;
  #isStopped: boolean;

  constructor(kv: SyncKvStorage) {
    this.#kv = kv;
    this.#isStopped = kv.get(STOPPED) === true;
  }

  get isStopped(): boolean {
    return this.#isStopped;
  }

  set(isStopped: boolean): void {
    if (isStopped) this.#kv.put(STOPPED, true);
    else this.#kv.delete(STOPPED);
    this.#isStopped = isStopped;
  }
}

/** The object accepts nothing, because it was stopped. Nothing was stored. */
export type Stopped = { kind: 'stopped' };
