/** A client's raw request. Rest.li's grammar is in the encoding, so nothing is decoded yet. */
export type Call = {
  readonly method: string;
  /** Without the query, still percent-encoded. */
  readonly path: string;
  /** Without the question mark, still percent-encoded. */
  readonly query: string;
  /** Names in lower case, as in Node. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};
