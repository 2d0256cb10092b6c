/**
 * Returns a delivery's ID within its integration: the rule's number, a colon, and the event's ID.
 *
 * @example deliveryId({ ruleId: '987655', eventId: 'evt_abc123' }) // '987655:evt_abc123'
 */
export function deliveryId({ ruleId, eventId }: { ruleId: string; eventId: string }): string {
  return `${ruleId}:${eventId}`;
}

export function parseDeliveryId(id: string): { ruleId: string; eventId: string } | undefined {
  const match = /^(\d{1,19}):([\s\S]+)$/.exec(id);
  const [, ruleId, eventId] = match ?? [];
  return ruleId === undefined || eventId === undefined ? undefined : { ruleId, eventId };
}
