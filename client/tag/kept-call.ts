/** A call as the stub keeps it: method, arguments, time in epoch milliseconds, address, id. A call of now has but two. */
export type KeptCall = readonly [
  method: string,
  args: readonly unknown[],
  timeMs?: number | undefined,
  url?: string,
  messageId?: string | undefined,
];

/** What `stub.js` makes. */
export interface Stub {
  readonly q: readonly KeptCall[];
  /** The address on arrival, with the click id that a router may since have removed. */
  readonly u?: string;
}
