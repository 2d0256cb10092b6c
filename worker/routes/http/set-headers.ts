import type { Context } from 'hono';

/**
 * Changes the headers of a finished answer. Hono's `c.header` copies the answer for each header. This function copies it only if
 * its headers can't be changed, like those of a fetched answer, and only once.
 */
export function setHeaders(c: Context, change: (headers: Headers) => void): void {
  const made = c.res;
  try {
    change(made.headers);
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    const copy = new Response(made.body, made);
    change(copy.headers);
    // Without this line Hono copies the headers of the old answer to the new one, which has them already.
    c.res = undefined;
    c.res = copy;
  }
}
