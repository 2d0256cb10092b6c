const STOPPED = 'stopped';

/**
 * Whether an object was stopped, so that its instance can move: it accepts and sends nothing, and a backup that is made
 * now is the last word. The mark is beside the tables, so it is not part of a backup.
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
