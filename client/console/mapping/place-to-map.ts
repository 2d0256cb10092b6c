/** The mapping that misses an event's name. Without an ID, it is an entry by event name, with its conversion rule. */
type Missing = { mappingId: string | undefined; ruleId: string | undefined };

/** Returns the mapping's page with the name added, or for an entry by event name, a new mapping to the same rule. */
export function placeToMap(
  name: string,
  { mappingId, ruleId }: Missing,
  { sourceId, integrationId }: { sourceId: string; integrationId: string },
): string {
  const rule = mappingId === undefined && ruleId !== undefined && { rule: ruleId };
  const query = new URLSearchParams({ integration: integrationId, also: name, ...rule });
  return `#/sources/${sourceId}/mappings/${encodeURIComponent(mappingId ?? 'new')}?${query.toString()}`;
}
