import { createHash } from 'node:crypto';

import type { Expected } from './model.ts';
import { RULES } from './set-up.ts';

/** A difference between the product and the model. */
export type Difference = { what: string; expected: string; found: string };

type Accepted = { element: Readonly<Record<string, unknown>> };

/**
 * Compares the elements that LinkedIn accepted with those that it should have accepted. Elements with the same ID count
 * once, and must be the same.
 */
export function differences(expected: readonly Expected[], accepted: readonly Accepted[]): Difference[] {
  const byId = new Map<string, string>();
  const found: Difference[] = [];
  for (const { element } of accepted) {
    const id = `${String(element['conversion'])} ${String(element['eventId'])}`;
    const told = accountOf(element);
    const before = byId.get(id);
    if (before !== undefined && before !== told)
      found.push({ what: `the element ${id}`, expected: before, found: told });
    byId.set(id, told);
  }
  const wanted = counted(expected.map(wantedOf));
  const got = counted([...byId.values()]);
  for (const key of new Set([...wanted.keys(), ...got.keys()])) {
    const [should, did] = [wanted.get(key) ?? 0, got.get(key) ?? 0];
    if (should !== did) found.push({ what: `accepted: ${key}`, expected: `${should} times`, found: `${did} times` });
  }
  return found;
}

function wantedOf({ rule, atMs, person, money }: Expected): string {
  const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
  const ids = [
    ...(person.email === undefined ? [] : [`SHA256_EMAIL ${sha256(person.email)}`]),
    ...(person.clickId === undefined ? [] : [`LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID ${person.clickId}`]),
  ];
  const conversion = `urn:lla:llaPartnerConversion:${RULES[rule]}`;
  const value = money === undefined ? '' : `${money.amount} ${money.currency}`;
  return [conversion, atMs, ...ids.toSorted(), person.leadUrn ?? '', value].join(' | ');
}

type Element = {
  conversion: string;
  conversionHappenedAt: number;
  conversionValue?: { amount: string; currencyCode: string };
  user: { userIds: { idType: string; idValue: string }[]; lead?: string };
};

function accountOf(element: Accepted['element']): string {
  // The strict sandbox accepts nothing else.
  const { conversion, conversionHappenedAt, conversionValue, user }: Element = Object(element);
  const ids = user.userIds.map(({ idType, idValue }) => `${idType} ${idValue}`).toSorted();
  const value =
    conversionValue === undefined ? '' : `${Number(conversionValue.amount)} ${conversionValue.currencyCode}`;
  return [conversion, conversionHappenedAt, ...ids, user.lead ?? '', value].join(' | ');
}

function counted(keys: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}
