/** What happens to the people in the simulated half year, and when the product receives it. */
import { Chance } from '../simulation/chance.ts';

export const WEEK_MS = 7 * 86_400_000;
const DAY_MS = 86_400_000;

export const STAGES = ['MQL', 'SQL', 'Won'] as const;
export type StageName = (typeof STAGES)[number];

/** The CRMs. For leads of the site's form and of LinkedIn's own forms, two further hooks report the stages. */
const HOOKS = ['hubspot', 'salesforce', 'pipedrive', 'generic'] as const;
export const HOOK_NAMES = [...HOOKS, 'forms', 'leads'] as const;
export type HookName = (typeof HOOK_NAMES)[number];

/** A person's identifiers, as far as LinkedIn may get them. */
export type Person = { email?: string; clickId?: string; leadUrn?: string };
export type Money = { amount: number; currency: string };

/** A change of a deal's stage. `stage` may be unknown to the hook. `atMs` is undefined if the CRM left out the time. */
export type Change = { deal: string; stage: string; atMs: number | undefined; person: Person; money?: Money };

export type FormLead = { id: string; atMs: number; person: Person; hasConsent: boolean };
export type LeadNotice = { urn: string; atMs: number; action: 'CREATED' | 'DELETED' };
/** A row of a file. `event` is a name that the import translates to one of the site's events. */
export type Row = {
  id: string;
  event: string;
  time: string;
  atMs: number | undefined;
  person: Person;
  money?: Money;
  consent: 'yes' | 'no';
};

/** Everything that the product receives in one week, in order. `nowMs` is the time at which it receives it. */
export type Week = {
  number: number;
  nowMs: number;
  forms: FormLead[];
  notices: LeadNotice[];
  changes: Record<HookName, Change[]>;
  rows: Row[];
};

export type Plan = { weeks: Week[]; leads: number };

type Options = { seed: number; leads: number; weeks: number; weekMs: number; nowMsOf: (week: number) => number };

/** @param options.nowMsOf The product's time when a week ends. */
export function plan({ seed, leads, weeks, weekMs, nowMsOf }: Options): Plan {
  const chance = new Chance(seed);
  const all = Array.from({ length: weeks }, (_, number): Week => ({
    number,
    nowMs: nowMsOf(number),
    forms: [],
    notices: [],
    changes: { hubspot: [], salesforce: [], pipedrive: [], generic: [], forms: [], leads: [] },
    rows: [],
  }));
  const startMs = nowMsOf(0) - weekMs;
  // The last weeks bring few new leads, so that most journeys end.
  const beginsWithin = Math.floor(Math.max(weekMs, weeks * weekMs - 20 * DAY_MS) / 60_000);
  const weekOf = (atMs: number): Week | undefined => all.find(({ nowMs }) => nowMs > atMs);
  for (let index = 0; index < leads; index += 1) {
    const startsAtMs = startMs + chance.between(0, beginsWithin) * 60_000;
    aJourney({ index, startsAtMs, chance, all, weekOf });
  }
  return { weeks: all, leads };
}

type Journey = {
  index: number;
  startsAtMs: number;
  chance: Chance;
  all: Week[];
  weekOf: (atMs: number) => Week | undefined;
};

function aJourney({ index, startsAtMs, chance, all, weekOf }: Journey): void {
  const email = `lead${index}@firm${index % 97}.de`;
  const channel = (['form', 'crm', 'file', 'leadform'] as const)[index % 4] ?? 'form';
  const person: Person =
    channel === 'form'
      ? { clickId: `click-${index}-abcdef` }
      : channel === 'leadform'
        ? { leadUrn: `urn:li:leadGenFormResponse:answer-${index}` }
        : { email };
  const hook =
    channel === 'form' ? 'forms' : channel === 'leadform' ? 'leads' : (HOOKS[(index >> 2) % HOOKS.length] ?? 'generic');
  const first = weekOf(startsAtMs);
  if (first === undefined) return;
  if (channel === 'form') {
    const known = chance.is(0.04) ? {} : { ...person, email };
    const lead = { id: `form-${index}`, atMs: startsAtMs, person: known, hasConsent: !chance.is(0.05) };
    first.forms.push(lead);
    if (chance.is(0.1)) all[Math.min(first.number + chance.between(0, 1), all.length - 1)]?.forms.push(lead);
  }
  if (channel === 'leadform') {
    const notice = { urn: person.leadUrn ?? '', atMs: startsAtMs, action: 'CREATED' } as const;
    const isLost = chance.is(0.05);
    if (!isLost) first.notices.push(notice);
    if (!isLost && chance.is(0.2))
      all[Math.min(first.number + chance.between(0, 2), all.length - 1)]?.notices.push(notice);
    // It comes before the creation, and nothing of the lead is sent.
    if (chance.is(0.02)) {
      first.notices.unshift({ ...notice, action: 'DELETED' });
      return;
    }
  }
  const consent = chance.is(0.03) ? 'no' : 'yes';
  const changes = journeyOf(`deal-${index}`, { person, startsAtMs, chance });
  for (const change of changes) {
    const own = weekOf(change.atMs ?? startsAtMs);
    if (own === undefined) continue;
    if (channel === 'file') addRow(change, { index, consent, own, all, chance });
    else addChange(change, { hook, own, all, chance });
  }
}

/** A deal's changes, in the order in which they happen. */
function journeyOf(
  deal: string,
  { person, startsAtMs, chance }: { person: Person; startsAtMs: number; chance: Chance },
): Change[] {
  const changes: Change[] = [];
  const amount = 10 * chance.between(10, 900);
  let currency = chance.of(['EUR', 'EUR', 'EUR', 'USD', 'SEK']);
  let atMs = startsAtMs;
  const reach = (stage: string, days: number): void => {
    atMs += chance.between(60, days * 24 * 60) * 60_000;
    if (chance.is(0.1)) currency = chance.of(['EUR', 'USD']);
    changes.push({ deal, stage, atMs, person, money: { amount, currency } });
  };
  if (!chance.is(0.75)) return changes;
  if (chance.is(0.05)) reach('Elsewhere', 5);
  reach('MQL', 20);
  if (!chance.is(0.7)) return changes;
  const skips = chance.is(0.15);
  if (!skips) reach('SQL', 30);
  if (!skips && chance.is(0.2)) {
    reach('MQL', 6);
    reach('SQL', 6);
  }
  if (!chance.is(0.5)) return changes;
  reach('Won', 30);
  if (chance.is(0.1)) {
    reach('SQL', 6);
    reach('Won', 6);
  }
  return changes;
}

type Arrival = { own: Week; all: Week[]; chance: Chance };

/** A CRM's call may be late, lost or repeated, or may at first lack something that it needs. */
function addChange(change: Change, { hook, own, all, chance }: Arrival & { hook: HookName }): void {
  const at = (week: number): Change[] | undefined => all[week]?.changes[hook];
  if (chance.is(0.04)) return;
  const lateBy = chance.is(0.1) ? chance.between(1, 8) : chance.is(0.02) ? 15 : 0;
  const week = own.number + lateBy;
  if (chance.is(0.03)) {
    // Corrected in the week after.
    at(week)?.push({ ...change, ...(chance.is(0.5) ? { person: {} } : { atMs: undefined }) });
    at(week + 1)?.push(change);
    return;
  }
  at(week)?.push(change);
  if (chance.is(0.15)) at(week + chance.between(0, 1))?.push(change);
}

/** A row may be late, twice in its file, in the next file again, or unusable. */
function addRow(
  change: Change,
  { index, consent, own, all, chance }: Arrival & { index: number; consent: Row['consent'] },
): void {
  const { stage, atMs = 0, person, money } = change;
  const row: Row = {
    id: `row-${index}-${stage}-${atMs}`,
    event: stage,
    time: new Date(atMs).toISOString(),
    atMs,
    person,
    ...(money && { money }),
    consent,
  };
  const week = own.number + (chance.is(0.1) ? chance.between(1, 8) : chance.is(0.02) ? 15 : 0);
  if (chance.is(0.03)) {
    all[week]?.rows.push(chance.is(0.5) ? { ...row, person: {} } : { ...row, time: 'last Tuesday', atMs: undefined });
    return;
  }
  all[week]?.rows.push(row);
  if (chance.is(0.05)) all[week]?.rows.push(row);
  if (chance.is(0.3)) all[week + 1]?.rows.push(row);
}

export const isOlderThan90Days = (atMs: number, nowMs: number): boolean => nowMs - atMs > 90 * DAY_MS;
