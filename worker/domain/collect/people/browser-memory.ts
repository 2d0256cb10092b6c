import type { CollectedIntegration } from '../../../schema/settings/source-config.ts';
import { consentFacts } from '../../consent/consent-facts.ts';
import { isVetoed } from '../../consent/sender-veto.ts';
import type { Visitor } from '../../identity/visitor.ts';
import type { CollectRequest, PageVisitor } from '../collect-request.ts';
import { mayBeRemembered } from '../may-know.ts';
import { lastSaid } from '../read/heard.ts';

/** The cookies of docs/reference/tag.md, all of them written by the collector: a script's own would die after a week in Safari. */
export const COOKIES = {
  liFatId: 'li_fat_id',
  click: '_df_click',
  anonymousId: '_dfid',
  identity: '_df_identity',
} as const;
export type CookieName = (typeof COOKIES)[keyof typeof COOKIES];

/** Where the answer's cookies go. */
export type CookieJar =
  | { kind: 'first_party'; domain: string | undefined; isSecure: boolean }
  /** The collector is on another site than the page, which keeps what it is handed. */
  | { kind: 'carried' };

/** A browser, as far as cookies go: which of ours it has, and how it takes more. */
export type Browser = { present: ReadonlySet<CookieName>; jar: CookieJar };

/** What a browser is to do with what it knows of its visitor. */
export type Memory =
  | { kind: 'forget' }
  /** It keeps what it has, and learns nothing. */
  | { kind: 'leave' }
  | { kind: 'remember'; visitor: Visitor; anonymousId: string; isReset: boolean };

/** Decides what a browser is to remember: nothing without consent, and no more what was there before once consent is taken back. */
export function browserMemory(
  { sender, consent, events, heard }: CollectRequest,
  { page, after, isRefusing }: { page: PageVisitor; after: Visitor; isRefusing: boolean },
): Memory {
  if (isRefusing) return { kind: 'forget' };
  const { integrations } = sender.config;
  // Nothing of the request is for an integration that every event of it leaves out.
  const isMeant = (integration: CollectedIntegration): boolean =>
    events.length === 0 || events.some(({ wishes }) => !isVetoed(wishes, integration));
  const isForNobody = integrations.length > 0 && !integrations.some(isMeant);
  const config = { ...sender.config, integrations: integrations.filter(isMeant) };
  const said = consentFacts(lastSaid(heard, sender.config), consent);
  if (isForNobody || !mayBeRemembered(config, said)) return { kind: 'leave' };
  return { kind: 'remember', visitor: after, anonymousId: page.anonymousId, isReset: page.isReset };
}
