import { markedSpaces } from '../../../worker/domain/fql/marked-spaces.ts';
import type { AuditedChange } from '../../../worker/schema/reports/audit.ts';
import { ruleNumber } from '../connection/rule-picker.ts';
import { texts } from '../texts.ts';

const t = texts.access;
/** A connection's entries by event name. */
const BY_NAME = '/config/conversion_rule_id/';

/**
 * Says which event a person mapped to which conversion rule, or stopped mapping. Undefined for a change of another
 * setting.
 */
export function mappedInWords(change: AuditedChange): string | undefined {
  if (!change.field.startsWith(BY_NAME) || 'is_hidden' in change) return undefined;
  const name = change.field.slice(BY_NAME.length).replaceAll('~1', '/').replaceAll('~0', '~');
  const event = markedSpaces(name);
  const [before, after] = 'added' in change ? [change.removed, change.added] : [idsIn(change.from), idsIn(change.to)];
  if (after.length === 0) return t.unmapped(event, t.rules(before.map(ruleNumber)));
  return t.mapped(event, t.rules(after.map(ruleNumber)), before.map(ruleNumber).join(', '));
}

function idsIn(value: string | number | boolean | null): readonly string[] {
  return value === null ? [] : [String(value)];
}
