import { isConsentDenied } from '../../consent/consent-denied.ts';
import { joined } from '../../consent/read-consent.ts';
import { identityOf } from '../../identity/identity.ts';
import { NAMELESS } from '../../identity/person-tags.ts';
import type { Identifiers } from '../../identity/person-tags.ts';
import { personOf } from '../../identity/visitor.ts';
import type { CollectRequest } from '../collect-request.ts';
import { latestConsent } from '../read/consent-statement.ts';
import type { ConsentStatement } from '../read/consent-statement.ts';
import { reachableBy } from './reach.ts';

/** The most people of a request whose data is erased. A page has one visitor, and an SDK a few. */
const MAX_WITHDRAWALS = 20;

/** The people who withdraw their consent in a request. */
export type Withdrawals = {
  /**
   * The identifiers by which their waiting data is found. With a write key, these are only IDs that their own browser
   * can know. With a server key, they include user ID and e-mail.
   */
  people: readonly Identifiers[];
  /** The page's visitor is one of them. */
  isBrowsers: boolean;
};

/** Returns the people who explicitly refuse every integration, by categories or by destinations. */
export async function withdrawals({
  sender,
  visitor,
  consent: { beside },
  statements,
}: Pick<CollectRequest, 'sender' | 'visitor' | 'consent' | 'statements'>): Promise<Withdrawals> {
  if (!mayDeny(statements, beside)) return { people: [], isBrowsers: false };
  // The last answer for each category counts.
  const isNo = (words: readonly ConsentStatement[]): boolean => {
    const said = latestConsent(words, sender.config);
    const categories = joined(said.categories, beside.categories);
    return isConsentDenied(sender.config, { categories }, [
      ...said.destinationPreferences,
      ...beside.destinationPreferences,
    ]);
  };
  // An SDK has its own IDs and sends them with the refusing event. Other people's events may be in the same request.
  const named = new Map<string, { ids: Identifiers; said: ConsentStatement[] }>();
  for (const one of statements) {
    const { event } = one;
    const said = { ...NAMELESS, ...personOf(event), ...(sender.isServer && (await emailOf(event))) };
    const speaker = sender.isServer
      ? ({ key: 'server_key' } as const)
      : ({ key: 'write_key', browserId: undefined } as const);
    for (const ids of reachableBy(speaker, said)) {
      const key = JSON.stringify(ids);
      const known = named.get(key);
      if (known === undefined) named.set(key, { ids, said: [one] });
      else known.said.push(one);
    }
  }
  const people = [...named.values()].filter(({ said }) => isNo(said)).map(({ ids }) => ids);
  const isBrowsers = visitor !== undefined && isNo(statements);
  const browser = isBrowsers ? reachableBy({ key: 'write_key', browserId: visitor.browserId }, NAMELESS) : [];
  return { people: [...browser, ...people.slice(0, MAX_WITHDRAWALS)], isBrowsers };
}

async function emailOf(event: ConsentStatement['event']): Promise<Pick<Identifiers, 'emailSha256'>> {
  const { emailSha256 } = await identityOf(event);
  return { emailSha256 };
}

/** A quick check: most requests contain no refusal, so nobody must be looked up. */
function mayDeny(statements: readonly ConsentStatement[], beside: ConsentStatement['consent']): boolean {
  return [beside, ...statements.map((one) => one.consent)].some(
    ({ categories, destinationPreferences }) =>
      destinationPreferences.length > 0 || Object.values(categories).includes(false),
  );
}
