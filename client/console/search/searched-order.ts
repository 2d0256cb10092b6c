/** The properties in which sites send the number of an order. The Worker stores a hash of the first of them. */
export const ORDER_FIELDS = [
  'properties.order_id',
  'properties.orderId',
  'properties.order_number',
  'properties.orderNumber',
  'properties.transaction_id',
  'properties.transactionId',
];

type Found = { messageId: string; seq: number | null };

let last: (Found & { order: string }) | undefined;

/**
 * Remembers that a person has found an event by the number of its order. It stays in memory: the browser's history must
 * not have what a person typed, and the Worker has only a hash of the number.
 */
export function foundByOrder(found: Found, order: string): void {
  last = { ...found, order };
}

/** Returns the number of an event's order as the person typed it, if they have just found the event by it. */
export function orderTyped({ message_id: messageId, seq }: { message_id: string; seq: number }): string | undefined {
  return last?.messageId === messageId && (last.seq === null || last.seq === seq) ? last.order : undefined;
}
