/** What a column says about consent. In an `opt_out` column, a yes refuses consent. */
export type ConsentMeaning = 'consent' | 'opt_out';

/** What a person may or may not be: Dynamics has `donotbulkemail`, Salesforce `DoNotCall`. */
const CONTACTED =
  'contact|communicat|call|phone|telephone|fax|e?mail|sms|text|message|market|advertis|solicit|track|profil|process|sell|share|target|disturb|post|letter';

/**
 * Names that say that a person opted out, unsubscribed, or may not be contacted. They are matched in the words of a name,
 * because `adopt outreach` and `option outcome` are not about opting out.
 *
 * Vendors' names (read 2026-11): Salesforce's documentation has `HasOptedOutOfEmail` (Email Opt Out), `HasOptedOutOfFax`
 * and `DoNotCall`; Microsoft's has `donotemail` (Do not allow Emails). Only code of others shows HubSpot's
 * `hs_email_optout` and `Opted out of email: Marketing Information`, Dynamics' `donotbulkemail` and Zoho's `Email_Opt_Out`.
 */
const OPT_OUT: readonly RegExp[] = [
  /\b(?:has|is|email|sms|fax|phone|marketing|newsletter)*opt(?:s|ed|ing)? ?out(?:of\w*)?\b/,
  /\b(?:has|is|email|newsletter)*unsub(?:scribed?|scribes|scribing)?\b/,
  new RegExp(
    `\\b(?:do|does) ?(?:not|nt|n t) ?(?:wish to |want to |be |allow ?|send ?|any |bulk ?|direct ?|marketing ?)*(?:${CONTACTED})`,
  ),
  /\b(?:dnc|should ?forget|(?:black|block) ?listed)\b/,
  /\b(?:(?:werbe|kontakt|mail)sperre|werbewiderspruch|widerruf|widerspruch|abgemeldet|abbestellt|nicht kontaktieren)\b/,
  /\bkeine? (?:werbung|newsletter|emails?|anrufe)\b/,
  /\b(?:desabonnee?|desinscrite?|ne pas (?:contacter|appeler|demarcher))\b/,
  /\b(?:dado de baja|no (?:contactar|llamar|molestar))\b/,
];

/** Names that say that a person agreed to something. */
const AGREED: readonly RegExp[] = [
  /\b(?:has|is|gdpr|dsgvo|ad|ads|cookie|email|marketing|newsletter|sms|tracking)*consent(?:s|ed|given|granted|status|withdrawn|revoked)?\b/,
  /\b(?:has|is|email|sms|marketing|newsletter|double)*opt(?:s|ed)? ?in\b/,
  /\b(?:marketing|email|contact|mailing|advertising) ?permissions?\b/,
  /\b(?:accepts?|accepted|agree[sd]? to(?: receive)?)(?: email| sms)? ?(?:marketing|advertising)\b/,
  /\b(?:werbe|marketing|newsletter|dsgvo)?(?:einwilligung|einverstandnis)/,
  /\b(?:consentement|consentimiento|consenso|toestemming)\b/,
  // Pipedrive's (from memory): `subscribed`, `unsubscribed`, `no_consent` or `archived`.
  /^(?:person )?marketing ?status$/,
];

/** With one of these, a name that says `consent` says that there is none. */
const REFUSED =
  /\b(?:withdr[ae]w\w*|withdrew|revo[ck]\w*|refus\w+|denied|declined|rejected|missing|not|never|without|no(?= (?:\w+ )?(?:consent|opt|permission|toestemming))|consent(?:withdrawn|revoked)|widerrufen|verweigert|entzogen|abgelehnt|keine|retire|revocado|retirado)\b/;

/** `Not opted out` says the opposite of `Opted out`. */
const NOT_OUT = /\b(?:not|never|hasn t|isn t) (?:yet )?(?:been )?(?:opt(?:ed)? ?out|unsubscribed)\b/;

/** The first or last word of a name that is about an answer, and doesn't have it. */
const ABOUT =
  /^(?:number|count|no|source|reason|type|version|text|method|link|url|ip) (?:of|for|to)\b|\b(?:form|version|text|wording|label|source|reason|link|url|page|ip|ip address|id|ids|key|token|count|number|owner|by|method|mode|language|channel|campaign|types?|category|categories|score|notes?|comments?|history|document|template|proof|name|survey|rate|banner|period)$/;

/** Names that go on to say what the answer is about: `Opted out of email: Customer survey`. */
const OF_SOMETHING = /\b(?:out of|outof\w*|unsubscribed from|consent(?:s|ed)? (?:to|for))\b/;

/** A name that says when. Who agreed at some time may have changed their mind, but who opted out has opted out. */
const WHEN =
  /^(?:date|time|timestamp|when)\b|\b(?:date|time|timestamp|at|on|since|until|expiry|expires|expiration|updated|requested|datum|zeitpunkt|fecha)(?: utc)?$/;

/** Returns what a column says about consent, by its name. Undefined when it says nothing. */
export function consentMeaning(name: string): ConsentMeaning | undefined {
  const words = wordsOf(name);
  const isAbout = ABOUT.test(words) && !OF_SOMETHING.test(words);
  if (isAbout) return undefined;
  const agrees: ConsentMeaning | undefined = WHEN.test(words) ? undefined : 'consent';
  if (NOT_OUT.test(words)) return agrees;
  if (OPT_OUT.some((each) => each.test(words))) return 'opt_out';
  if (!AGREED.some((each) => each.test(words))) return undefined;
  return REFUSED.test(words) ? 'opt_out' : agrees;
}

/** Longer names are questions of forms; what they ask is at their beginning. */
const MAX_CHARS = 200;

/** `HasOptedOutOfEmail`, `has_opted_out_of_email__c` and `Has opted-out of e-mail? (yes/no)` become the same words. */
function wordsOf(name: string): string {
  return name
    .slice(0, MAX_CHARS)
    .replace(/__c$/, '')
    .replaceAll(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .normalize('NFD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .replaceAll(/\be mail/g, 'email')
    .trim()
    .replace(/ (?:yes no|y n|true false|ja nein|oui non|si no)$/, '');
}
