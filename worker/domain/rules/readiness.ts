import type { RuleReadiness } from '../../schema/reports/readiness.ts';

/**
 * LinkedIn's recommendation for its goal *Qualified leads*: at least 5 qualified leads every two weeks. Reported by
 * Social Media Today at the launch
 * (https://www.socialmediatoday.com/news/linkedin-qualified-leads-optimization-crm-targeting/746055/, 2025-04), read in
 * a note of 2026-10 that cites it. LinkedIn's own page (https://www.linkedin.com/help/lms/answer/a6553958) needs a
 * login. We know of no number for other goals.
 */
export const RECOMMENDED = { conversions: 5, days: 14 } as const;

/** The upper bounds of the classes of lags, in days. The last class has no upper bound. */
export const LAG_DAYS = [1, 7, 14, 30, 60, 90] as const;

const DAY_MS = 86_400_000;

/** Returns the class of a lag, from 0. Undefined for a click after the conversion: one of the two times is wrong. */
export function lagClass(lagMs: number): number | undefined {
  if (lagMs < 0) return undefined;
  const place = LAG_DAYS.findIndex((days) => lagMs <= days * DAY_MS);
  return place < 0 ? LAG_DAYS.length : place;
}

/**
 * What is known about a rule. `sent`: the identifiers of some of its accepted conversions. `lags`: the number of
 * conversions in each class.
 */
export type RuleFacts = {
  ruleId: string;
  /** Accepted conversions by UTC day of arrival. */
  accepted: readonly { day: string; conversions: number }[];
  sent: readonly SentWith[];
  lags: readonly { lag: number; conversions: number }[];
};

/** The identifiers with which some conversions were sent. */
export type SentWith = { ids: readonly string[]; hasNames: boolean; isLead: boolean; conversions: number };

/** Returns whether LinkedIn gets enough conversions of a rule to optimise for it. */
export function ruleReadiness({ ruleId, accepted, sent, lags }: RuleFacts, nowMs: number): RuleReadiness {
  const since = (days: number): number => {
    const from = new Date(nowMs - days * DAY_MS).toISOString().slice(0, 10);
    return sum(accepted.filter(({ day }) => day > from));
  };
  const recent = since(RECOMMENDED.days);
  const total = sum(sent);
  const share = (has: (one: SentWith) => boolean): number | null =>
    total === 0 ? null : Math.round((sum(sent.filter(has)) / total) * 1000) / 1000;
  const known = sum(lags);
  return {
    conversion_rule_id: ruleId,
    conversions: { last_14_days: recent, last_30_days: since(30) },
    verdict: recent >= RECOMMENDED.conversions ? 'enough' : recent > 0 ? 'too_few' : 'none',
    identifiers: {
      conversions: total,
      click_id: share(({ ids }) => ids.includes('LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID')),
      email: share(({ ids }) => ids.includes('SHA256_EMAIL')),
      lead: share(({ isLead }) => isLead),
      names: share(({ hasNames }) => hasNames),
    },
    lag: {
      conversions: known,
      half_within_days: known === 0 ? null : halfWithin(lags, known),
      classes: [...LAG_DAYS, null].map((upTo, lag) => ({
        up_to_days: upTo,
        conversions: sum(lags.filter((one) => one.lag === lag)),
      })),
    },
  };
}

/** Returns the upper bound of the class that contains the median. Null if that is the last class. */
function halfWithin(lags: RuleFacts['lags'], known: number): number | null {
  let seen = 0;
  for (const [lag, days] of LAG_DAYS.entries()) {
    seen += sum(lags.filter((one) => one.lag === lag));
    if (seen * 2 >= known) return days;
  }
  return null;
}

function sum(rows: readonly { conversions: number }[]): number {
  return rows.reduce((all, { conversions }) => all + conversions, 0);
}
