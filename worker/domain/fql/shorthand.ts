/** The key of `conversion_rule_id` that stands for page events. */
export const PAGE_KEY = 'page';

/** Writes the trigger that an entry of `conversion_rule_id` stands for. */
export function shorthandTrigger(key: string): string {
  return key === PAGE_KEY ? 'type = "page"' : `type = "track" and event = ${JSON.stringify(key)}`;
}
