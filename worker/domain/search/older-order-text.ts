import { idText } from '../reading/id-text.ts';

/** Returns a typed order's number as it was tagged until 2026-11-30: only its case and one `#` were ignored. */
export function olderOrderText(typed: string): string | undefined {
  const order = idText(typed)?.replace(/^#/, '').toLowerCase();
  return order === '' ? undefined : order;
}
