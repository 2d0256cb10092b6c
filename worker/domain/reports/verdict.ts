import type { Verdict } from '../../schema/reports/overview.ts';
import { worstFirst } from '../../schema/reports/worst-first.ts';
import type { Urgency } from '../../schema/reports/worst-first.ts';
import { counted } from './counted.ts';
import type { Judged } from './judged.ts';
import { missedByName, whyNone } from './why-none.ts';
import type { NoneFacts } from './why-none.ts';

/** A site's connection, as far as the verdict depends on it. */
export type ConnectionFacts = {
  enabled: boolean;
  hasToken: boolean;
  /** The reason why all its deliveries are held. */
  hold: { reason: string; sentence: string } | null;
  /** Its rules whose deliveries are held. */
  rules: readonly { ruleId: string; reason: string; sentence: string }[];
};

/** What a site's verdict depends on. All counts except `held` and `failedNow` are for the period. */
export type SiteFacts = {
  connections: readonly ConnectionFacts[];
  held: number;
  failed: number;
  received: number;
  /** No event has ever arrived. */
  isNew: boolean;
  delivered: number;
  refused: number;
  /** Events that were refused before their origin was allowed. */
  refusedBefore: number;
  tokenDaysLeft: number | null;
  versionDaysLeft: number | null;
  /** The outcomes of the events that were not delivered. */
  others: NoneFacts;
};

/** The time before the end in which a person should connect again, or choose another version. */
const SOON_DAYS = 14;

/** One or two refusals may be chance, such as a test of a developer. From this many on, they say that nothing works. */
const ENOUGH_REFUSALS = 3;

/** Returns how well a site works, with the worst cause and the counts of everything that is being lost. */
export function judged(facts: SiteFacts): Judged {
  const { connections, held, failed, received, delivered, refused, tokenDaysLeft, versionDaysLeft } = facts;
  const hold = holdOf(connections);
  if (hold !== undefined && held > 0)
    return { verdict: 'broken', cause: hold.reason, sentence: waiting(held, failed, hold.sentence) };
  if (tokenDaysLeft !== null && tokenDaysLeft < 0)
    return say('broken', 'reconnect_overdue', 'The connection to LinkedIn has ended. Connect LinkedIn again.');
  if (failed > 0)
    return say(
      delivered === 0 && failed >= ENOUGH_REFUSALS ? 'broken' : 'attention',
      'deliveries_failed',
      `LinkedIn refused ${counted(failed, 'conversion', 'conversions')}. See why, fix the cause, then replay ${failed === 1 ? 'it' : 'them'}.`,
    );
  if (refused > 0)
    return say(
      received === 0 && refused >= ENOUGH_REFUSALS ? 'broken' : 'attention',
      'traffic_refused',
      `${counted(refused, 'event was', 'events were')} refused and not stored.`,
    );
  const isIdle = received === 0;
  const none = isIdle || delivered > 0 ? undefined : whyNone(facts.others);
  const isUnconnected = connections.every(({ hasToken }) => !hasToken);
  if (isUnconnected && !facts.isNew)
    return say(
      isIdle ? 'quiet' : 'attention',
      'not_connected',
      connections.length === 0
        ? 'Not connected to LinkedIn. Events are received, but skipped until you connect LinkedIn.'
        : 'LinkedIn is not connected: a connection has no access token yet.',
    );
  if (!isUnconnected && connections.every(({ enabled }) => !enabled))
    return say('attention', 'integration_disabled', 'The connection is paused. Its events are skipped.');
  if (none?.verdict === 'attention') return none;
  if (tokenDaysLeft !== null && tokenDaysLeft <= SOON_DAYS)
    return say('attention', 'reconnect_due', `The connection to LinkedIn ends in ${days(tokenDaysLeft)}.`);
  if (versionDaysLeft !== null && versionDaysLeft <= SOON_DAYS)
    return say('attention', 'version_sunset', `LinkedIn retires the API version in use in ${days(versionDaysLeft)}.`);
  if (isIdle) return say('quiet', facts.isNew ? 'no_event_yet' : 'no_events', nothing(facts, isUnconnected));
  const missed = missedByName(facts.others);
  if (missed !== undefined) return missed;
  return none ?? { verdict: 'working', cause: null, sentence: 'LinkedIn is accepting this site’s conversions.' };
}

/** Sorts sites, the worst first: by verdict, then as `worstFirst` says, then by how many events they receive. */
export function byNeed<
  Row extends {
    verdict: Verdict;
    value_at_risk: Readonly<Record<string, string>>;
    held: number;
    failed: number;
    refused: number;
    received: number;
    name: string;
  },
>(rows: readonly Row[], verdicts: readonly Verdict[]): Row[] {
  const urgencyOf = ({ verdict, value_at_risk: value, held, failed, refused }: Row): Urgency => ({
    level: verdicts.indexOf(verdict),
    value,
    lost: held + failed + refused,
  });
  return rows.toSorted(
    (one, other) =>
      worstFirst(urgencyOf(one), urgencyOf(other)) ||
      other.received - one.received ||
      one.name.localeCompare(other.name),
  );
}

function holdOf(connections: readonly ConnectionFacts[]): { reason: string; sentence: string } | undefined {
  const whole = connections.flatMap(({ hold }) => hold ?? []);
  const [rule] = connections.flatMap(({ rules }) => rules);
  return whole[0] ?? (rule && { reason: rule.reason, sentence: `Rule ${rule.ruleId}: ${rule.sentence}` });
}

/** The cause is beside what it holds. Failed conversions have other causes, so they are apart. */
function waiting(held: number, failed: number, cause: string): string {
  const isHeld = `${counted(held, 'conversion is', 'conversions are')} held. ${cause}`;
  return failed > 0 ? `${isHeld} Separately, ${counted(failed, 'conversion has', 'conversions have')} failed.` : isHeld;
}

function nothing({ refusedBefore, isNew }: SiteFacts, isUnconnected: boolean): string {
  if (refusedBefore > 0)
    return `${counted(refusedBefore, 'event was', 'events were')} refused before the website was allowed, and can’t be recovered. Nothing has arrived since.`;
  if (!isNew)
    return 'No events in this period, but earlier. If that is unusual, check that the snippet is on your pages.';
  return `The page Set-up has the snippet for your site${isUnconnected ? ', and connects LinkedIn' : ''}.`;
}

function say(verdict: Verdict, cause: string, sentence: string): Judged {
  return { verdict, cause, sentence };
}

function days(left: number): string {
  return left === 1 ? '1 day' : `${left} days`;
}
