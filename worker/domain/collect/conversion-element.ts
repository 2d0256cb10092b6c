import type { ConversionEvent, ConversionValue, UserId, UserInfo } from '../../schema/events/conversion-event.ts';
import type { Identity } from '../identity/identity.ts';
import { ipv4In } from '../identity/ipv4.ts';
import { nameSha256 } from '../identity/name-sha256.ts';
import { sha256Hex } from '../identity/sha256.ts';
import { leaveOut, unnoted } from '../lint/note.ts';
import type { Note } from '../lint/note.ts';
import { conversionRuleUrn } from '../rules/conversion-rule.ts';

export type ConversionFacts = {
  happenedAtMs: number;
  eventId: string;
  value: ConversionValue | undefined;
  identity: Identity;
  clickId: string | undefined;
  /** Only when the integration has `send_ip`. */
  ip: string | undefined;
  /** Only when the integration has `send_external_id`, or a mapping sets it. */
  externalId: string | undefined;
  /** The fields below are set only by a mapping. */
  acxiomId?: string | undefined;
  oracleId?: string | undefined;
  googleAid?: string | undefined;
  leadUrn?: string | undefined;
};

/**
 * Builds LinkedIn's element for one event and one rule. Returns undefined when LinkedIn could not match anyone by it.
 *
 * The fields are in the order of LinkedIn's and Datafly's documents, so that payloads are easy to compare.
 *
 * @param hashNames Whether to send names as SHA-256: the integration's `hash_names`.
 * @param hashIp Whether to send the IPv4 address as SHA-256: the integration's `send_ip: "hashed"`.
 * @param note Called with the code of each field that is left out.
 */
export async function conversionElement(
  ruleId: string,
  facts: ConversionFacts,
  { hashNames, hashIp = false, note = unnoted }: { hashNames: boolean; hashIp?: boolean; note?: Note },
): Promise<ConversionEvent | undefined> {
  const ip = ipv4In(facts.ip, note);
  const info = await userInfo(facts.identity, { hashNames, note });
  // An IP address alone is not enough to identify a person.
  if (info === undefined && !hasId(facts)) return ip === undefined ? undefined : leaveOut('ip_alone', note);
  const user = {
    userIds: [...userIds(facts), ...(await ipId(ip, hashIp))],
    ...(info !== undefined && { userInfo: info }),
    ...externalIds(facts),
    ...lead(facts),
  };
  return {
    conversion: conversionRuleUrn(ruleId),
    conversionHappenedAt: facts.happenedAtMs,
    ...(facts.value && { conversionValue: facts.value }),
    user,
    eventId: facts.eventId,
  };
}

/** Checks whether LinkedIn could match the person by an ID. */
function hasId({ identity, clickId, externalId, acxiomId, oracleId, googleAid, leadUrn }: ConversionFacts): boolean {
  const ids = [identity.emailSha256, clickId, externalId, acxiomId, oracleId, googleAid, leadUrn];
  return ids.some((value) => value !== undefined);
}

async function ipId(ip: string | undefined, hashIp: boolean): Promise<UserId[]> {
  if (ip === undefined) return [];
  return hashIp ? one('SHA256_IP_ADDRESS', await sha256Hex(ip)) : one('PLAINTEXT_IP_ADDRESS', ip);
}

function userIds({ identity, clickId, acxiomId, oracleId, googleAid }: ConversionFacts): UserId[] {
  return [
    ...one('SHA256_EMAIL', identity.emailSha256),
    ...one('LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID', clickId),
    ...one('ACXIOM_ID', acxiomId),
    // Missing in LinkedIn's list since 2026-05. The outbox leaves it out once LinkedIn has refused it.
    ...one('ORACLE_MOAT_ID', oracleId),
    ...one('GOOGLE_AID', googleAid),
  ];
}

function one(idType: UserId['idType'], idValue: string | undefined): UserId[] {
  return idValue === undefined ? [] : [{ idType, idValue }];
}

async function userInfo(
  { firstName, lastName, companyName, title, countryCode }: Identity,
  { hashNames, note }: { hashNames: boolean; note: Note },
): Promise<UserInfo | undefined> {
  // LinkedIn refuses the whole event when it has only one of the two names.
  if (firstName === undefined || lastName === undefined) {
    if (firstName !== lastName) note('name_half');
    else if ((companyName ?? title ?? countryCode) !== undefined) note('user_info_without_names');
    return undefined;
  }
  const names = hashNames ? await hashedNames({ firstName, lastName }) : { firstName, lastName };
  if (names === undefined) return undefined;
  return {
    ...names,
    ...(companyName !== undefined && { companyName }),
    ...(title !== undefined && { title }),
    ...(countryCode !== undefined && { countryCode }),
  };
}

async function hashedNames({ firstName, lastName }: { firstName: string; lastName: string }) {
  const hashedFirstName = await nameSha256(firstName);
  const hashedLastName = await nameSha256(lastName);
  return hashedFirstName === undefined || hashedLastName === undefined
    ? undefined
    : { hashedFirstName, hashedLastName };
}

function externalIds({ externalId }: ConversionFacts): { externalIds?: string[] } {
  return externalId === undefined ? {} : { externalIds: [externalId] };
}

function lead({ leadUrn }: ConversionFacts): { lead?: string } {
  return leadUrn === undefined ? {} : { lead: leadUrn };
}
