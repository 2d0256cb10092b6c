import { markedSpaces } from '../../../worker/domain/fql/marked-spaces.ts';
import type { AuditedChange } from '../../../worker/schema/reports/audit.ts';
import { texts } from '../texts.ts';
import { formatCount, formatMoney, formatTime } from '../ui/format.ts';
import { fieldsInWords } from './change-in-words.ts';
import { mappedInWords } from './mapped-in-words.ts';

const t = texts.access;

/** The names that pages give to the values of a setting, by the last part of its pointer. */
const NAMES_OF_VALUES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  unknown_consent: texts.source.consent,
  bot_filter: texts.source.bots,
  role: texts.access.roles,
  min_severity: texts.alerts.minimums,
  digest: texts.alerts.digests,
  type: { ...texts.rule.types, ...texts.alerts.types },
  attribution_type: texts.rule.attributions,
  value_type: texts.rule.values,
  kind: texts.access.hookKinds,
  lawful_basis: texts.access.bases,
};

/**
 * Returns the old and the new value of a field in words, such as `value: from “…” to “…”`.
 *
 * @param sites Their IDs in a list are shown as names.
 * @param isNew Whether it is a setting of something new.
 */
export function valuesInWords(
  change: AuditedChange,
  sites: readonly { id: string; name: string }[],
  isNew = false,
): string {
  const mapped = mappedInWords(change);
  if (mapped !== undefined) return mapped;
  const name = fieldsInWords([change.field]);
  if ('is_hidden' in change) return isNew ? t.setHidden(name) : t.changedHidden(name);
  const named = (ids: readonly string[]): string[] => ids.map((one) => sites.find(({ id }) => id === one)?.name ?? one);
  if ('added' in change) return t.changedList(name, named(change.added), named(change.removed));
  const setting = change.field.split('/').at(-1) ?? '';
  const [from, to] = [valueText(change.from, setting), valueText(change.to, setting)];
  if (from === undefined) return t.changedTo(name, to ?? texts.never);
  return to === undefined ? t.changedFrom(name, from) : t.changedFromTo(name, from, to);
}

function valueText(value: string | number | boolean | null, setting: string): string | undefined {
  if (value === null) return undefined;
  if (typeof value === 'boolean') return value ? t.on : t.off;
  if (typeof value === 'number') return setting.endsWith('_window_size') ? t.days(value) : formatCount(value);
  const names = Object.entries(NAMES_OF_VALUES).find(([known]) => known === setting)?.[1] ?? {};
  const name = Object.entries(names).find(([code]) => code === value)?.[1];
  return (
    moneyText(value) ??
    timeText(value) ??
    quietText(value) ??
    `“${markedSpaces(name ?? directiveText(value) ?? value)}”`
  );
}

/** Returns a time as on every other page. Undefined for any other text. */
function timeText(value: string): string | undefined {
  return /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value) ? formatTime(value) : undefined;
}

/** Returns quiet hours as a channel's settings show them. Undefined for any other text. */
function quietText(value: string): string | undefined {
  const { from, to } =
    /^\{"from":"(?<from>\d\d:\d\d)","to":"(?<to>\d\d:\d\d)","critical_too":(?:true|false)\}$/.exec(value)?.groups ?? {};
  return from === undefined || to === undefined ? undefined : texts.alerts.quietTimes(from, to);
}

/** Returns an amount as on every other page. Undefined for any other text. */
function moneyText(value: string): string | undefined {
  const { amount, currency } =
    /^\{"amount":"?(?<amount>[\d.]+)"?,"currency":"(?<currency>[A-Z]{3})"\}$/.exec(value)?.groups ?? {};
  return amount === undefined || currency === undefined ? undefined : formatMoney({ [currency]: amount });
}

/** Returns where a mapping's field gets its value, without the JSON around it. */
function directiveText(value: string): string | undefined {
  return /^\{"@(?:path|template)":("(?:[^"\\]|\\.)*")\}$/.exec(value)?.[1]?.slice(1, -1).replace(/^\$\./, '');
}
