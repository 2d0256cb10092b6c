/** The key in `conversion_rule_id` for page events. */
export const PAGE_KEY = 'page';

/** Returns the trigger for an entry of `conversion_rule_id`. */
export function shorthandTrigger(key: string): string {
  return key === PAGE_KEY ? 'type = "page"' : `type = "track" and event = ${JSON.stringify(key)}`;
}
