/** Tokens that are printed in the documentation: their names are not secret, and say what is being tested. */
const NAMED = /^(?:tok|ref)-[a-z-]{1,20}$/;

/** This says which token a request had without repeating it. */
export function maskedToken(authorization: string | undefined): string | null {
  if (authorization === undefined) return null;
  const token = authorization.replace(/^Bearer\s+/i, '');
  return NAMED.test(token) ? token : `…${token.slice(-4)}`;
}
