import { CONSENT_PLATFORMS } from './consent.ts';
import type { ConsentFacts } from './consent.ts';

/** Events with the same kind are one row of the consent report. */
export type ConsentKind = {
  categories: Record<string, boolean>;
  source: string | null;
  /** The policy for missing answers; null when there were answers. */
  policy: string | null;
  country: string | null;
};

/** The name for platforms and categories that have no name of their own in the report. */
export const OTHER = '(other)';

/** How much of a consent its kind contains: all of it, only names that the owner knows, or nothing. */
export type KindDetail = 'all' | 'known' | 'none';

/**
 * Returns the kind of a consent, as JSON text; the same for the same answers in another order. A stranger can make up
 * platforms and categories, so the caller bounds the number of kinds by their detail.
 *
 * @param asked The categories that the source's integrations require.
 */
export function consentKind(
  { categories, source, policy, country }: ConsentFacts,
  asked: ReadonlySet<string>,
  detail: KindDetail,
): string {
  if (detail === 'none') return JSON.stringify({ categories: {}, source: OTHER, policy: null, country: null });
  const answers = Object.entries(categories);
  const kind: ConsentKind = {
    categories: Object.fromEntries(named(detail === 'all' ? answers : withOthers(answers, asked))),
    source: source === undefined ? null : detail === 'all' || PLATFORMS.has(source) ? source : OTHER,
    policy: answers.length === 0 ? policy : null,
    country: country ?? null,
  };
  return JSON.stringify(kind);
}

const PLATFORMS: ReadonlySet<string> = new Set(CONSENT_PLATFORMS);

type Answer = [name: string, isYes: boolean];

function named(answers: readonly Answer[]): Answer[] {
  return answers.toSorted(([one], [other]) => (one < other ? -1 : 1));
}

/** Combines the categories that have no name of their own into one, which is a no if any of them is. */
export function withOthers(answers: readonly Answer[], names: ReadonlySet<string>): Answer[] {
  const others = answers.filter(([name]) => !names.has(name));
  const known = answers.filter(([name]) => names.has(name));
  return others.length === 0 ? known : [...known, [OTHER, others.every(([, isYes]) => isYes)]];
}
