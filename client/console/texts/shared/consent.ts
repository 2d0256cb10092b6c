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

/** Who reported an answer about consent. For a file or a CRM hook, a person chose the lawful basis for all of it. */
export function consentReporter(source: string): string {
  const [way = '', basis = ''] = source.split('.');
  const known = Object.entries(bases).find(([code]) => code === basis)?.[1];
  const words = Object.hasOwn(ways, way) && known !== undefined ? ways[way] : undefined;
  if (words !== undefined) return `${words}, lawful basis: ${known}`;
  return Object.hasOwn(platforms, source) ? (platforms[source] ?? source) : source;
}
