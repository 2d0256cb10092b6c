import { logFault } from '../../../objects/log-fault.ts';

const OPENS_WITHIN_MS = 5_000;

/** If an object can't be watched, or ends the connection at once, it is tried again after this time. */
const TRY_AGAIN_AFTER_MS = 25_000;

/** An object that notifies viewers of changes; see `watchers.ts`. */
type Watched = { fetch(url: string, init: RequestInit): Promise<Response> };

/**
 * Receives a notification of each change in an object, over a WebSocket. While nothing happens, this costs no calls,
 * and the object may leave memory.
 */
export class ObjectWatch {
  readonly #socket: WebSocket;
  #isOpen = true;
  #hasChanged = false;
  #hasPong = false;
  #wake: () => void = () => undefined;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.addEventListener('message', ({ data }) => {
      if (data === 'pong') this.#hasPong = true;
      else this.#hasChanged = true;
      this.#wake();
    });
    for (const end of ['close', 'error'] as const) socket.addEventListener(end, () => this.close());
  }

  /** Begins to watch. Returns undefined when the object is unreachable, or has a version that can't report changes. */
  static async open(watched: Watched): Promise<ObjectWatch | undefined> {
    const ended = new AbortController();
    const timer = setTimeout(() => ended.abort(), OPENS_WITHIN_MS);
    try {
      const { signal } = ended;
      const response = await watched.fetch('https://object/', { headers: { Upgrade: 'websocket' }, signal });
      const { webSocket } = response;
      if (webSocket === null) return undefined;
      webSocket.accept();
      return new ObjectWatch(webSocket);
    } catch (error) {
      logFault('admin.watch', error);
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /**
   * Resolves at the next change, or at once if there was one since the last call. Without a change, it resolves when
   * the time or the watch ends.
   */
  async change(withinMs: number): Promise<boolean> {
    await this.#until(() => this.#hasChanged, withinMs);
    const hasChanged = this.#hasChanged;
    this.#hasChanged = false;
    return hasChanged;
  }

  /** Returns whether the object's end of the connection is still there. */
  async isAnswered(withinMs: number): Promise<boolean> {
    if (!this.#isOpen) return false;
    this.#hasPong = false;
    this.#socket.send('ping');
    await this.#until(() => this.#hasPong, withinMs);
    return this.#hasPong;
  }

  async #until(isTrue: () => boolean, withinMs: number): Promise<void> {
    const endsAtMs = Date.now() + withinMs;
    for (let leftMs = withinMs; leftMs > 0 && this.#isOpen && !isTrue(); leftMs = endsAtMs - Date.now())
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
  }

  close(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    this.#wake();
    try {
      this.#socket.close();
    } catch {
      // The other side has closed it already.
    }
  }
}

/** A connection to an object. It is opened again when it breaks. */
export class KeptWatch {
  readonly #watched: Watched;
  #watch: ObjectWatch | undefined;
  #nextTryAtMs = 0;
  #isOver = false;

  constructor(watched: Watched) {
    this.#watched = watched;
  }

  /** Returns the connection; undefined while there is none. */
  async open(): Promise<ObjectWatch | undefined> {
    if (this.#watch?.isOpen === true) return this.#watch;
    this.#watch = undefined;
    if (this.#hasEnded() || Date.now() < this.#nextTryAtMs) return undefined;
    this.#nextTryAtMs = Date.now() + TRY_AGAIN_AFTER_MS;
    const watch = await ObjectWatch.open(this.#watched);
    this.#watch = watch;
    if (this.#hasEnded()) this.close();
    return watch;
  }

  /** This is a method, because the value may change while a connection is being opened. */
  #hasEnded(): boolean {
    return this.#isOver;
  }

  close(): void {
    this.#isOver = true;
    this.#watch?.close();
  }
}
