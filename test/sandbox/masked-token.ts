/** Tokens from the documentation. Their names aren't secret, and say what is being tested. */
const NAMED = /^(?:tok|ref)-[a-z-]{1,20}$/;

/** Says which token a request had, without repeating a secret one. */
export function maskedToken(authorization: string | undefined): string | null {
  if (authorization === undefined) return null;
  const token = authorization.replace(/^Bearer\s+/i, '');
  return NAMED.test(token) ? token : `…${token.slice(-4)}`;
}
