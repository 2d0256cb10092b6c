import { markedSpaces } from '../../../worker/domain/fql/marked-spaces.ts';
import type { AuditedChange } from '../../../worker/schema/reports/audit.ts';
import { texts } from '../texts.ts';
import { formatCount, formatMoney } from '../ui/format.ts';
import { fieldsInWords } from './change-in-words.ts';

const t = texts.access;

/**
 * Returns the old and the new value of a field in words, such as `value: from “…” to “…”`.
 *
 * @param sites Their IDs in a list are shown as names.
 */
export function valuesInWords(change: AuditedChange, sites: readonly { id: string; name: string }[]): string {
  const name = fieldsInWords([change.field]);
  if ('is_hidden' in change) return t.changedHidden(name);
  const named = (ids: readonly string[]): string[] => ids.map((one) => sites.find(({ id }) => id === one)?.name ?? one);
  if ('added' in change) return t.changedList(name, named(change.added), named(change.removed));
  const [from, to] = [valueText(change.from), valueText(change.to)];
  if (from === undefined) return t.changedTo(name, to ?? texts.never);
  return to === undefined ? t.changedFrom(name, from) : t.changedFromTo(name, from, to);
}

function valueText(value: string | number | boolean | null): string | undefined {
  if (value === null) return undefined;
  if (typeof value === 'boolean') return value ? t.on : t.off;
  if (typeof value === 'number') return formatCount(value);
  return moneyText(value) ?? `“${markedSpaces(directiveText(value) ?? value)}”`;
}

/** Returns an amount as on every other page. Undefined for any other text. */
function moneyText(value: string): string | undefined {
  const { amount, currency } =
    /^\{"amount":"?(?<amount>[\d.]+)"?,"currency":"(?<currency>[A-Z]{3})"\}$/.exec(value)?.groups ?? {};
  return amount === undefined || currency === undefined ? undefined : formatMoney({ [currency]: amount });
}

/** Returns where a mapping's field gets its value, without the JSON around it. */
function directiveText(value: string): string | undefined {
  return /^\{"@(?:path|template)":("(?:[^"\\]|\\.)*")\}$/.exec(value)?.[1]?.slice(1, -1);
}
