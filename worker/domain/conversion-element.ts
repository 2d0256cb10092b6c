import type { ConversionEvent, ConversionValue, UserId, UserInfo } from '../schema/conversion-event.ts';
import { conversionRuleUrn } from './conversion-rule.ts';
import { sha256Hex } from './email.ts';
import { identifies } from './identity.ts';
import type { Identity } from './identity.ts';

/** LinkedIn's limit for an event id (Salesforce's connector documents it, read 2026-11). */
const MAX_EVENT_ID_CHARS = 64;

export type ConversionFacts = {
  happenedAtMs: number;
  eventId: string;
  value: ConversionValue | undefined;
  identity: Identity;
  clickId: string | undefined;
  /** Only where the integration says `send_ip`. */
  ip: string | undefined;
  /** Where the integration says `send_external_id`, or a mapping has it. */
  externalId: string | undefined;
  /** These only where a mapping has them. */
  acxiomId?: string | undefined;
  oracleId?: string | undefined;
  googleAid?: string | undefined;
  leadUrn?: string | undefined;
};

/**
 * Builds what LinkedIn gets for one event and one rule; nothing when nobody could be found by it.
 *
 * The fields stand in the order of LinkedIn's and Datafly's documents, so that a payload can be laid beside them.
 */
export function conversionElement(ruleId: string, facts: ConversionFacts): ConversionEvent | undefined {
  // An IP address alone says too little of a person for a conversion.
  if (!findsSomebody(facts)) return undefined;
  const user = { userIds: userIds(facts), ...userInfo(facts.identity), ...externalIds(facts), ...lead(facts) };
  return {
    conversion: conversionRuleUrn(ruleId),
    conversionHappenedAt: facts.happenedAtMs,
    ...(facts.value && { conversionValue: facts.value }),
    user,
    eventId: facts.eventId,
  };
}

/**
 * Gives the id under which LinkedIn and our own dedup know an event. One that is too long for LinkedIn becomes its hash,
 * so that the same message has the same id for ever.
 */
export async function eventIdOf(messageId: string): Promise<string> {
  return messageId.length <= MAX_EVENT_ID_CHARS ? messageId : sha256Hex(messageId);
}

/** This is true when LinkedIn could find the person by one of the facts. */
function findsSomebody({ identity, clickId, externalId, acxiomId, oracleId, googleAid, leadUrn }: ConversionFacts) {
  return (
    identifies(identity) ||
    [clickId, externalId, acxiomId, oracleId, googleAid, leadUrn].some((value) => value !== undefined)
  );
}

function userIds({ identity, clickId, ip, acxiomId, oracleId, googleAid }: ConversionFacts): UserId[] {
  return [
    ...one('SHA256_EMAIL', identity.emailSha256),
    ...one('LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID', clickId),
    ...one('ACXIOM_ID', acxiomId),
    // Gone from LinkedIn's list since 2026-05: the outbox leaves it out once LinkedIn has refused it.
    ...one('ORACLE_MOAT_ID', oracleId),
    ...one('GOOGLE_AID', googleAid),
    // LinkedIn takes IPv4 only (read 2026-09).
    ...one('PLAINTEXT_IP_ADDRESS', ip !== undefined && isIpv4(ip) ? ip : undefined),
  ];
}

function one(idType: UserId['idType'], idValue: string | undefined): UserId[] {
  return idValue === undefined ? [] : [{ idType, idValue }];
}

function userInfo({ firstName, lastName, companyName, title, countryCode }: Identity): { userInfo?: UserInfo } {
  // Half a name is refused, and would take the event down with it.
  if (firstName === undefined || lastName === undefined) return {};
  return {
    userInfo: {
      firstName,
      lastName,
      ...(companyName !== undefined && { companyName }),
      ...(title !== undefined && { title }),
      ...(countryCode !== undefined && { countryCode }),
    },
  };
}

function externalIds({ externalId }: ConversionFacts): { externalIds?: string[] } {
  return externalId === undefined ? {} : { externalIds: [externalId] };
}

function lead({ leadUrn }: ConversionFacts): { lead?: string } {
  return leadUrn === undefined ? {} : { lead: leadUrn };
}

function isIpv4(text: string): boolean {
  return /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/.test(text);
}
