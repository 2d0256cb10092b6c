/** What a client asked, as it stood on the wire: Rest.li's grammar lives in the encoding, so nothing is decoded yet. */
export type Call = {
  readonly method: string;
  /** Without the query, still percent-encoded. */
  readonly path: string;
  /** Without the question mark, still percent-encoded. */
  readonly query: string;
  /** Names in lower case, as Node gives them. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};
