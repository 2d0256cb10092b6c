/** A call in the stub's queue: method, arguments, time in epoch milliseconds, address, ID. Direct calls have only the first two. */
export type QueuedCall = readonly [
  method: string,
  args: readonly unknown[],
  timeMs?: number | undefined,
  url?: string,
  messageId?: string | undefined,
];

/** The object that `stub.js` makes. */
export interface Stub {
  readonly q: readonly QueuedCall[];
  /** The address on arrival, with the click ID that a router may have removed since. */
  readonly u?: string;
}
