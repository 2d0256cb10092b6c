import type { CookieName } from '../../../schema/events/batch.ts';
import type { CollectedIntegration } from '../../../schema/settings/source-config.ts';
import { consentFacts } from '../../consent/consent-facts.ts';
import { isVetoed } from '../../consent/sender-veto.ts';
import type { Visitor } from '../../identity/visitor.ts';
import type { CollectRequest, PageVisitor } from '../collect-request.ts';
import { maySetCookies } from '../permitted-use.ts';
import { latestConsent } from '../read/consent-statement.ts';

/**
 * The cookies of docs/reference/tag.md. The collector writes all of them, because Safari deletes a script's own cookies
 * after a week.
 */
export const COOKIES = {
  liFatId: 'li_fat_id',
  click: '_df_click',
  anonymousId: '_dfid',
  identity: '_df_identity',
} as const satisfies Record<string, CookieName>;

/** How the browser receives the answer's cookies. */
export type CookieJar =
  | { kind: 'first_party'; domain: string | undefined; isSecure: boolean }
  /** The collector is on another site than the page, so the page stores the values itself. */
  | { kind: 'carried' };

/** A browser's cookies: which of ours it has, and how it receives more. */
export type Browser = { present: ReadonlySet<CookieName>; jar: CookieJar };

/** What a browser has to do with the data about its visitor. */
export type Memory =
  | { kind: 'forget' }
  /** It keeps its cookies unchanged. */
  | { kind: 'leave' }
  | { kind: 'remember'; visitor: Visitor; anonymousId: string; isReset: boolean };

/**
 * Decides what a browser remembers. Without consent, nothing new is stored. When consent is withdrawn, the cookies are
 * deleted.
 */
export function browserMemory(
  { sender, consent, events, statements }: CollectRequest,
  { page, after, isWithdrawn }: { page: PageVisitor; after: Visitor; isWithdrawn: boolean },
): Memory {
  if (isWithdrawn) return { kind: 'forget' };
  const { integrations } = sender.config;
  // An integration that every event excludes doesn't count for this request.
  const isMeant = (integration: CollectedIntegration): boolean =>
    events.length === 0 || events.some(({ wishes }) => !isVetoed(wishes, integration));
  const isVetoedForAll = integrations.length > 0 && !integrations.some(isMeant);
  const config = { ...sender.config, integrations: integrations.filter(isMeant) };
  const said = consentFacts(latestConsent(statements, sender.config), consent);
  if (isVetoedForAll || !maySetCookies(config, said)) return { kind: 'leave' };
  return { kind: 'remember', visitor: after, anonymousId: page.anonymousId, isReset: page.isReset };
}
