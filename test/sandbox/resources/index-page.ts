import { resourceError } from '../error-response.ts';

/** Rest.li's default page size; measured on the conversions finder. */
const DEFAULT_COUNT = 10;
/** We have seen no client ask for more, so a larger count returns no more. Our policy. */
const MAX_COUNT = 100;

/** Returns one page of a list in the older style: by `start` and `count`, without the total number. */
export function indexPage<T>(all: readonly T[], params: ReadonlyMap<string, string>) {
  const start = whole(params, 'start', 0);
  const count = Math.min(whole(params, 'count', DEFAULT_COUNT), MAX_COUNT);
  // LinkedIn's own sample has -1: a client must continue until a page is short.
  return { paging: { start, count, links: [], total: -1 }, elements: all.slice(start, start + count) };
}

function whole(params: ReadonlyMap<string, string>, name: string, fallback: number): number {
  const raw = params.get(name);
  if (raw === undefined) return fallback;
  if (!/^\d{1,9}$/.test(raw)) throw resourceError(400, `Parameter '${name}' is invalid. Expected a whole number`);
  return Number(raw);
}
