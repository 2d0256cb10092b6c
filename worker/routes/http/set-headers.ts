import type { Context } from 'hono';

/**
 * Changes the headers of an answer that was made. Hono's `c.header` would copy the whole answer for each of them; this copies
 * it once at most, where its headers cannot be changed, as those of a fetched answer.
 */
export function setHeaders(c: Context, change: (headers: Headers) => void): void {
  const made = c.res;
  try {
    change(made.headers);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const copy = new Response(made.body, made);
    change(copy.headers);
    // An answer that is replaced leaves its headers to the next one, which has them already.
    c.res = undefined;
    c.res = copy;
  }
}
