import type { Event } from '../../schema/events/event.ts';
import { idText } from '../reading/id-text.ts';
import { derivedKey } from '../sealing/derived-key.ts';
import { keyedTag } from '../sealing/keyed-tag.ts';
import { searchForm } from './search-form.ts';

/** The properties in which sites, shops and tag managers send the number of an order. The first one counts. */
const ORDER_PROPERTIES = [
  'order_id',
  'orderId',
  'order_number',
  'orderNumber',
  'transaction_id',
  'transactionId',
] as const;

/** The longest text that is taken for an order's number. */
const MOST_CHARS = 200;

/** The part of a longer text that is read. A number may be escaped, and each of its characters is longer then. */
const MOST_READ_CHARS = 2_000;

/** Long enough that two orders of a source almost never share a tag. */
const TAG_BYTES = 6;

/** Returns an order's tags, one under each key, so that orders tagged before a key rotation are found. */
export type OrderTagger = (order: string) => Promise<string[]>;

/**
 * Creates a tagger. A tag is a keyed hash of an order's number. With it a person who knows the number finds the event,
 * and nobody finds the number: it means nothing without `ENCRYPTION_KEY`.
 */
export async function orderTagger(keyRing: readonly Uint8Array[]): Promise<OrderTagger> {
  const keys = await Promise.all(keyRing.map((masterKey) => derivedKey(masterKey, 'tagging', 'order-tags')));
  return (order) => Promise.all(keys.map((key) => keyedTag(key, order, TAG_BYTES)));
}

/** Returns the number of an event's order as it is tagged; undefined without one. */
export function orderOf({ properties }: Event): string | undefined {
  for (const name of ORDER_PROPERTIES) {
    const order = orderText(properties[name]);
    if (order !== undefined) return order;
  }
  return undefined;
}

/**
 * Returns an order's number as it is tagged, whether an event says it or a person types it: in the form of
 * `searchForm`, without `#` at its beginning.
 */
export function orderText(given: unknown): string | undefined {
  const order = searchForm((idText(given) ?? '').slice(0, MOST_READ_CHARS)).replace(/^#+/, '');
  return order === '' || order.length > MOST_CHARS ? undefined : order;
}
