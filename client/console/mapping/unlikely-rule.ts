import type { ConversionType } from '../../../worker/schema/settings/linkedin-objects.ts';

export type Kind = 'purchase' | 'lead' | 'sign_up';

/** Words of an event's name that say what kind of conversion it is. */
const WORDS: readonly (readonly [kind: Kind, words: RegExp])[] = [
  ['purchase', /\b(order|purchase|purchased|bought|payment|paid|sale)\b/],
  ['lead', /\b(lead|demo|quote|contact|enquiry|inquiry|appointment|call|meeting)\b/],
  ['sign_up', /\b(sign ?up|signed up|register|registered|registration|trial|subscribed?|account created)\b/],
];

const LEADS: readonly ConversionType[] = [
  'LEAD',
  'QUALIFIED_LEAD',
  'MARKETING_QUALIFIED_LEAD',
  'SALES_QUALIFIED_LEAD',
  'REQUEST_QUOTE',
  'BOOK_APPOINTMENT',
  'CONTACT',
  'SCHEDULE',
  'PHONE_CALL',
];

/** The types of rules that count each kind. Of the other types nothing is said. */
const TYPES: readonly (readonly [kind: Kind, types: readonly ConversionType[]])[] = [
  ['purchase', ['PURCHASE']],
  ['lead', LEADS],
  ['sign_up', ['SIGN_UP', 'COMPLETE_SIGNUP', 'START_TRIAL', 'SUBSCRIBE']],
];

/**
 * Returns which kind of conversion an event's name means, if a rule of this type counts another kind, such as "Lead
 * Generated" with a rule for purchases. Leads and sign-ups are not told apart, because sites use the words for each other.
 */
export function unlikelyRule(event: string, type: string | null): { event: Kind; rule: Kind } | undefined {
  const words = event
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .replaceAll(/[_\-.]+/g, ' ')
    .toLowerCase();
  const meant = WORDS.filter(([, pattern]) => pattern.test(words)).map(([kind]) => kind);
  const rule = TYPES.find(([, types]) => types.some((one) => one === type))?.[0];
  const [kind] = meant;
  if (rule === undefined || kind === undefined || meant.includes(rule)) return undefined;
  return kind === 'purchase' || rule === 'purchase' ? { event: kind, rule } : undefined;
}
