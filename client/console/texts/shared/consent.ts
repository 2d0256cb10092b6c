import type { LawfulBasis } from '../../../../worker/schema/imports/import-options.ts';

/** The consent platforms, by the names that they report. A name that is not here is shown as it is. */
const platforms: Readonly<Record<string, string>> = {
  tcf: 'IAB TCF',
  google: 'Google consent mode',
  onetrust: 'OneTrust',
  oneTrust: 'OneTrust',
  cookiebot: 'Cookiebot',
  didomi: 'Didomi',
  usercentrics: 'Usercentrics',
  osano: 'Osano',
  ketch: 'Ketch',
  iubenda: 'iubenda',
  custom: 'your own banner',
  '(other)': 'another name',
};

const bases: Readonly<Record<LawfulBasis, string>> = {
  consent: 'consent',
  legitimate_interest: 'legitimate interest',
  contract: 'contract',
};

const ways: Readonly<Record<string, string>> = { import: 'imported file', hook: 'CRM hook' };

/** A category of consent. `*` stands for all categories without an answer of their own. */
export function consentCategory(category: string, isOnly = false): string {
  if (category === '(other)') return 'other categories';
  if (category !== '*') return category;
  return isOnly ? 'every category' : 'every other category';
}

/** A visitor's answer for a category, as a phrase that needs nothing beside it. */
export function consentAnswer(category: string, isGiven: boolean, isOnly = false): string {
  return `${isGiven ? 'Agreed to' : 'Refused'} ${consentCategory(category, isOnly)}`;
}

/** How a missing answer counts, as a phrase that needs nothing beside it. */
const missingAnswers: Readonly<Record<string, string>> = {
  by_region: 'A missing answer is decided by the visitor’s country',
  granted: 'A missing answer counts as a yes',
  denied: 'A missing answer counts as a no',
  gpc: 'A missing answer counts as a no: the browser sent Global Privacy Control',
};

/** Returns how a missing answer counts. A policy of a newer Worker is shown as it is. */
export function missingAnswer(policy: string): string {
  return Object.entries(missingAnswers).find(([code]) => code === policy)?.[1] ?? policy;
}

/** Who reported an answer about consent. For a file or a CRM hook, a person chose the lawful basis for all of it. */
export function consentReporter(source: string): string {
  const [way = '', basis = ''] = source.split('.');
  const known = Object.entries(bases).find(([code]) => code === basis)?.[1];
  const words = Object.hasOwn(ways, way) && known !== undefined ? ways[way] : undefined;
  if (words !== undefined) return `${words}, lawful basis: ${known}`;
  return Object.hasOwn(platforms, source) ? (platforms[source] ?? source) : source;
}
