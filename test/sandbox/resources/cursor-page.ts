import { adsError } from '../error-response.ts';

/** https://learn.microsoft.com/linkedin/marketing/integrations/ads/cursor-based-pagination (read 2026-09) */
const DEFAULT_PAGE_SIZE = 100;
const MAX_PAGE_SIZE = 1_000;

type Page<T> = { readonly elements: readonly T[]; readonly metadata?: { readonly nextPageToken: string } };

/** Returns one page of a list in the style of 202401: by `pageSize` and an opaque `pageToken`. */
export function cursorPage<T>(all: readonly T[], params: ReadonlyMap<string, string>): Page<T> {
  const size = Number(params.get('pageSize') ?? DEFAULT_PAGE_SIZE);
  if (!Number.isInteger(size) || size < 1 || size > MAX_PAGE_SIZE)
    throw adsError(400, {
      field: 'pageSize',
      code: 'INVALID_VALUE',
      message: `pageSize must be 1 to ${MAX_PAGE_SIZE}`,
    });
  const start = startOf(params.get('pageToken'));
  const elements = all.slice(start, start + size);
  if (start + size >= all.length) return { elements };
  return { metadata: { nextPageToken: tokenFor(start + size) }, elements };
}

const tokenFor = (start: number): string => Buffer.from(`sandbox:${start}`).toString('base64url');

function startOf(token: string | undefined): number {
  if (token === undefined || token === '') return 0;
  const [, start] = /^sandbox:(\d{1,9})$/.exec(Buffer.from(token, 'base64url').toString()) ?? [];
  if (start === undefined)
    throw adsError(400, {
      field: 'pageToken',
      code: 'INVALID_VALUE',
      message: 'pageToken is not one that was given',
    });
  return Number(start);
}
