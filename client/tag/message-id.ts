/** Gives an event its id: random, and a UUID where the page has https. */
export function newMessageId(): string {
  // Without https there is no `randomUUID`; then anything unique will do, for nobody reads it.
  const source: Pick<Crypto, 'getRandomValues'> & Partial<Crypto> = crypto;
  return source.randomUUID?.() ?? source.getRandomValues(new Uint32Array(4)).join('-');
}
