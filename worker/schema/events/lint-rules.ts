/**
 * What can be odd about the values of an event, and what is done about it.
 *
 * LinkedIn answers 201 to nonsense and then matches nobody, so we look first. This table is the only source: the readers
 * in `domain/` name a rule by its code, and the API, the console and docs/reference/lint.md say what the code means. No
 * rule keeps the value, and none stops a conversion that something sensible is left of.
 */

/** `fixed`: sent in its right form. `left_out`: the rest is sent without it. `skipped`: nothing sensible was left. */
export type LintAction = 'fixed' | 'left_out' | 'skipped';

export type LintRule = {
  /** As a mapping names it; `userInfo` for both names. */
  field: string;
  action: LintAction;
  sentence: string;
  remedy: string;
};

const email = (action: LintAction, sentence: string, remedy: string): LintRule => ({
  field: 'email',
  action,
  sentence,
  remedy,
});
const of =
  (field: string) =>
  (action: LintAction, sentence: string, remedy: string): LintRule => ({ field, action, sentence, remedy });
const click = of('linkedInUUID');
const ip = of('ip');
const name = of('userInfo');
const company = of('userInfo.companyName');
const title = of('userInfo.title');
const country = of('userInfo.countryCode');
const amount = of('conversionValue.amount');
const currency = of('conversionValue.currencyCode');
const time = of('conversionHappenedAt');
const eventId = of('eventId');
const acxiom = of('acxiomID');
const oracle = of('oracleID');
const google = of('googleAID');
const external = of('externalIds');
const lead = of('leadId');
const person = of('user');
const mapping = of('mapping');

const LEAVE_OUT = 'Leave the field out where there is nothing to say.';
const FILL_IN = 'The template was sent before it was filled in: look at the page or the tool that sends it.';
const SEND_TEXT = 'Send it as text.';

export const LINT_RULES = {
  email_not_text: email('left_out', 'The e-mail is no text.', SEND_TEXT),
  email_empty: email('left_out', 'The e-mail is empty.', LEAVE_OUT),
  email_nothing: email('left_out', 'The e-mail is a word for nothing, such as "undefined" or "null".', LEAVE_OUT),
  email_macro: email('left_out', 'The e-mail is a template such as {{email}}.', FILL_IN),
  email_too_long: email('left_out', 'The e-mail is longer than an address can be.', 'Send one address.'),
  email_no_address: email('left_out', 'The e-mail has no @.', 'Send the address, not a name or an id.'),
  email_malformed: email('left_out', 'The e-mail is not written as an address.', 'Check the form that it comes from.'),
  email_domain: email('left_out', "The e-mail's domain has no dot, so no mail reaches it.", 'Check the form.'),
  email_domain_reserved: email(
    'left_out',
    "The e-mail's domain ends in .invalid, .localhost or .local, which belong to nobody.",
    "Send the visitor's own address.",
  ),
  email_several: email('left_out', 'The e-mail holds several addresses.', 'Send the one of the person who converted.'),
  email_placeholder: email(
    'left_out',
    'The e-mail is a placeholder, such as test@ or asdf@asdf.com.',
    'Keep test data out, or leave the field out.',
  ),
  email_no_reply: email('left_out', "The e-mail is a no-reply address, which is nobody's.", "Send the person's own."),
  email_white_space: email('fixed', 'The e-mail had white space in it, which was taken out.', 'Trim the field.'),
  email_invisible: email('fixed', 'The e-mail had invisible characters in it.', 'Clean what people paste.'),
  email_escaped: email('fixed', 'The e-mail was written for HTML or a program, as in jane&#64;….', 'Send it as text.'),
  email_mailto: email('fixed', 'The e-mail had mailto: before it.', 'Send the address alone.'),
  email_display_name: email('fixed', 'The e-mail stood behind a name, as in Ann <a@b.example>.', 'Send it alone.'),
  email_url_encoded: email(
    'fixed',
    'The e-mail was encoded for an address bar, as in jane%40….',
    'Decode what comes from an address bar.',
  ),
  email_end: email('fixed', 'The e-mail ended in a dot, a comma or a semicolon.', 'Send the address alone.'),
  email_hash_upper_case: email('fixed', 'The hash of the e-mail had capitals.', 'Send the hash in lower case.'),
  email_hash_prefix: email(
    'fixed',
    'The hash of the e-mail had a prefix such as sha256:.',
    'Send the 64 digits alone.',
  ),
  email_hash_of_nothing: email(
    'left_out',
    'The hash of the e-mail is that of an empty text, or of a word such as "undefined".',
    'Hash only what is there.',
  ),
  email_hash_of_placeholder: email(
    'left_out',
    'The hash of the e-mail is that of a placeholder such as test@test.com.',
    'Keep test data out.',
  ),
  email_hash_md5: email('left_out', 'The hash of the e-mail looks like MD5.', 'LinkedIn knows SHA-256 only.'),
  email_hash_sha1: email('left_out', 'The hash of the e-mail looks like SHA-1.', 'LinkedIn knows SHA-256 only.'),
  email_hash_length: email('left_out', 'The hash of the e-mail has not 64 digits.', 'Send SHA-256 as 64 hex digits.'),
  email_hash_base64: email('left_out', 'The hash of the e-mail is Base64.', 'Send SHA-256 as 64 hex digits.'),

  click_id_not_text: click('left_out', 'The click id is no text.', SEND_TEXT),
  click_id_nothing: click('left_out', 'The click id is a word for nothing.', LEAVE_OUT),
  click_id_macro: click('left_out', 'The click id is a template such as {li_fat_id}.', FILL_IN),
  click_id_malformed: click('left_out', 'The click id has characters that none has.', 'Send li_fat_id as it came.'),
  click_id_too_long: click('left_out', 'The click id has over 200 characters.', 'Send li_fat_id as it came.'),
  click_id_end: click('fixed', 'The click id had a slash or another sign behind it.', 'Send li_fat_id as it came.'),
  click_id_in_url: click('fixed', 'In place of the click id stood the address that has it.', 'Send the id alone.'),

  ip_malformed: ip('left_out', 'The IP address is none.', "Send the visitor's address, such as 203.0.113.9."),
  ip_v6: ip('left_out', 'The IP address is IPv6, which LinkedIn does not take.', 'Nothing to do.'),
  ip_private: ip('left_out', 'The IP address is of a private network.', "Send the visitor's, not the proxy's."),
  ip_shared: ip('left_out', 'The IP address is of a carrier (100.64.0.0/10).', "Send the visitor's public address."),
  ip_loopback: ip('left_out', 'The IP address is the machine itself.', "Send the visitor's, not the server's."),
  ip_reserved: ip('left_out', "The IP address is nobody's: reserved, multicast or link-local.", "Send the visitor's."),
  ip_mapped: ip('fixed', 'The IP address was IPv4 written as IPv6 (::ffff:).', 'Nothing to do.'),
  ip_port: ip('fixed', 'The IP address had a port behind it.', 'Send the address alone.'),
  ip_list: ip('fixed', 'The IP address was a list; the first public one was taken.', 'Send one address.'),

  name_not_text: name('left_out', 'A name is no text.', SEND_TEXT),
  name_empty: name('left_out', 'A name is empty.', LEAVE_OUT),
  name_nothing: name('left_out', 'A name is a word for nothing, such as "undefined".', LEAVE_OUT),
  name_macro: name('left_out', 'A name is a template such as {{first_name}}.', FILL_IN),
  name_email: name(
    'left_out',
    'A name is an e-mail address, which LinkedIn must not get unhashed.',
    'Send it as email.',
  ),
  name_hash: name('left_out', 'A name is a hash.', 'Send names as they are: LinkedIn wants them so.'),
  name_no_letters: name('left_out', 'A name has no letter.', 'Check the form that it comes from.'),
  name_broken: name('left_out', 'A name is broken text (half a character).', 'Cut text between characters.'),
  name_control: name('fixed', 'A name had line breaks or invisible characters.', 'Clean what people paste.'),
  name_escaped: name('fixed', 'A name was escaped for HTML, as in Zo&euml;.', 'Send names as they are.'),
  name_too_long: name('fixed', 'A name was cut to 35 characters, which is what LinkedIn takes.', 'Nothing to do.'),
  name_half: name('left_out', 'There is one name without the other, and LinkedIn refuses half a name.', 'Send both.'),
  user_info_without_names: name(
    'left_out',
    'Company, title and country go only with first and last name.',
    'Send both names too, or nothing of it.',
  ),

  company_not_text: company('left_out', 'The company is no text.', SEND_TEXT),
  company_nothing: company('left_out', 'The company is a word for nothing.', LEAVE_OUT),
  company_macro: company('left_out', 'The company is a template.', FILL_IN),
  company_email: company('left_out', 'The company is an e-mail address.', 'Send it as email.'),
  company_escaped: company('fixed', 'The company was escaped for HTML, as in AT&amp;T.', 'Send its name as it is.'),
  company_invisible: company('fixed', 'The company had invisible characters in it.', 'Clean what people paste.'),
  company_too_long: company('fixed', 'The company was cut to 255 characters.', 'Send its name alone.'),
  title_not_text: title('left_out', 'The title is no text.', SEND_TEXT),
  title_nothing: title('left_out', 'The title is a word for nothing.', LEAVE_OUT),
  title_macro: title('left_out', 'The title is a template.', FILL_IN),
  title_email: title('left_out', 'The title is an e-mail address.', 'Send it as email.'),
  title_escaped: title('fixed', 'The title was escaped for HTML, as in R&amp;D.', 'Send the job title as it is.'),
  title_invisible: title('fixed', 'The title had invisible characters in it.', 'Clean what people paste.'),
  title_too_long: title('fixed', 'The title was cut to 255 characters.', 'Send the job title alone.'),

  country_not_text: country('left_out', 'The country is no text.', 'Send two letters, such as DE.'),
  country_unknown: country('left_out', 'No country has this code or name.', 'Send two letters (ISO 3166-1).'),
  country_lower_case: country('fixed', 'The country was in lower case.', 'Nothing to do.'),
  country_alpha3: country('fixed', 'The country had three letters.', 'Send two, such as DE.'),
  country_numeric: country('fixed', 'The country was a number.', 'Send two letters, such as DE.'),
  country_name: country('fixed', 'The country was a name.', 'Send two letters, such as DE.'),
  country_customary: country('fixed', 'The country was UK or EL, which ISO calls GB and GR.', 'Nothing to do.'),
  country_subdivision: country('fixed', 'The country had a region behind it, as in US-CA.', 'Send the country.'),
  country_locale: country('fixed', 'The country was a language tag, as in de-AT.', 'Send the country.'),

  amount_not_number: amount('left_out', 'The amount is neither a number nor a text.', 'Send a number.'),
  amount_empty: amount('left_out', 'The amount is empty.', LEAVE_OUT),
  amount_unreadable: amount('left_out', 'The amount cannot be read.', 'Send a number, such as 149.99.'),
  amount_infinite: amount('left_out', 'The amount is too large to be a number.', 'Send a number, such as 149.99.'),
  amount_negative: amount('left_out', 'The amount is negative: a refund is no worth.', 'Leave it out of conversions.'),
  amount_too_large: amount('left_out', 'The amount is more than any money there is.', 'Check the unit.'),
  amount_spelling: amount('fixed', 'The amount was written for people, as in 1.234,50 €.', 'Send 1234.5.'),
  amount_binary_dust: amount('fixed', 'The amount had binary dust, as in 0.30000000000000004.', 'Round it.'),
  amount_rounded: amount(
    'fixed',
    "The amount had more decimals than its currency, and was rounded to the currency's.",
    'Round it, or send it in another currency.',
  ),
  quantity_unreadable: amount('fixed', 'A quantity cannot be read, and counts as one.', 'Send a number.'),
  product_without_price: amount('left_out', 'A product has no price, and is not in the sum.', 'Send total too.'),

  currency_not_text: currency('left_out', 'The currency is no text.', 'Send three letters, such as EUR.'),
  currency_unknown: currency('left_out', 'No currency has this code.', 'Send three letters (ISO 4217).'),
  currency_ambiguous: currency(
    'left_out',
    'The currency is a sign or a name of several, such as $ or dollars.',
    'Send USD, CAD …',
  ),
  currency_sign: currency('fixed', 'The currency was a sign, such as €.', 'Send three letters, such as EUR.'),
  currency_name: currency(
    'fixed',
    'The currency was a name or a number, such as Euro.',
    'Send three letters, such as EUR.',
  ),
  currency_spelling: currency('fixed', 'The currency was not in capitals, or had white space.', 'Nothing to do.'),
  currency_missing: currency(
    'left_out',
    'There is an amount and no currency, so the conversion goes without a value.',
    'Send properties.currency, or set default_currency.',
  ),

  time_seconds: time('fixed', 'The time was in seconds.', 'Send milliseconds or ISO 8601.'),
  time_finer_than_ms: time('fixed', 'The time was in microseconds or nanoseconds.', 'Send milliseconds or ISO 8601.'),
  time_zone_unknown: time(
    'fixed',
    'The time named a zone that is none, or that several places use; it was read as UTC.',
    'End it in Z or an offset.',
  ),
  time_without_zone: time('fixed', 'The time named no zone, and was read as UTC.', 'End it in Z or an offset.'),
  time_day_only: time('fixed', 'The time was a day, and was read as its first moment in UTC.', 'Send the time too.'),
  time_ahead: time('fixed', 'The time was a little in the future, and became now.', "Set the sender's clock."),
  time_far_ahead: time('fixed', "The mapped time is over a day ahead; the event's own was taken.", 'Check the field.'),
  time_unreadable: time('fixed', "The mapped time is none; the event's own was taken.", 'Check the field.'),
  time_of_arrival: time(
    'fixed',
    "The page's time cannot be read; the event got the time of arrival.",
    'Send ISO 8601.',
  ),
  time_clock_wrong: time('fixed', "The sender's clock is wrong, and was corrected by sentAt.", 'Set the clock.'),
  time_too_old: time('skipped', 'The event is older than 90 days, and LinkedIn takes none.', 'Send events sooner.'),

  event_id_missing: eventId('fixed', 'The mapped event id is missing; the messageId was taken.', 'Check the field.'),
  event_id_not_text: eventId('fixed', 'The mapped event id is no text; the messageId was taken.', 'Check the field.'),
  event_id_gap: eventId(
    'fixed',
    'The template of the event id had a gap, such as an order without a number; the messageId was taken.',
    'Send the field that the template names: with a gap the id would be one for all, and all but the first duplicates.',
  ),
  event_id_nothing: eventId(
    'fixed',
    'The mapped event id is a word for nothing; the messageId was taken.',
    'Check the field: with one id for all, all but the first would be duplicates.',
  ),
  message_id_nothing: eventId(
    'fixed',
    'The messageId is empty, a word for nothing such as "undefined", or a template; the event got one of its own.',
    'Send an id of the event: with one for all, all but the first would be duplicates.',
  ),
  event_id_email: eventId(
    'fixed',
    'The event id held an e-mail address or a telephone number, and was hashed.',
    'Send an id of the event.',
  ),
  event_id_too_long: eventId('fixed', 'The event id had over 64 characters, and was hashed.', 'Send a shorter one.'),

  user_id_nothing: of('userId')(
    'left_out',
    'The user id is empty, a word for nothing such as "unknown" or "0", or a template.',
    'Leave it out for people who are not logged in: one id for all would make them one person.',
  ),
  anonymous_id_nothing: of('anonymousId')(
    'left_out',
    'The anonymous id is empty, a word for nothing such as "null", all zeros, or a template.',
    'Leave it out, or send an id of the browser: one id for all would make them one person.',
  ),

  acxiom_id_not_text: acxiom('left_out', 'The Acxiom id is no text.', SEND_TEXT),
  acxiom_id_nothing: acxiom('left_out', 'The Acxiom id is a word for nothing, or a template.', LEAVE_OUT),
  acxiom_id_email: acxiom('left_out', 'The Acxiom id is an e-mail address.', 'Send it as email.'),
  acxiom_id_too_long: acxiom('left_out', 'The Acxiom id has over 256 characters.', 'Check the field.'),
  oracle_id_not_text: oracle('left_out', 'The Oracle id is no text.', SEND_TEXT),
  oracle_id_nothing: oracle('left_out', 'The Oracle id is a word for nothing, or a template.', LEAVE_OUT),
  oracle_id_email: oracle('left_out', 'The Oracle id is an e-mail address.', 'Send it as email.'),
  oracle_id_too_long: oracle('left_out', 'The Oracle id has over 256 characters.', 'Check the field.'),
  external_id_not_text: external('left_out', 'The external id is no text.', SEND_TEXT),
  external_id_nothing: external('left_out', 'The external id is a word for nothing, or a template.', LEAVE_OUT),
  external_id_email: external(
    'left_out',
    'The external id is an e-mail address, which LinkedIn must not get unhashed.',
    'Use an id that says nothing of the person, and send the address as email.',
  ),
  external_id_too_long: external('left_out', 'The external id has over 256 characters.', 'Check the field.'),
  external_id_several: external('fixed', 'There are several external ids; the first was taken.', 'Send one.'),
  google_aid_zero: google('left_out', 'The Google advertising id is all zeros: its owner opted out.', 'Nothing to do.'),
  google_aid_malformed: google('left_out', 'The Google advertising id is no UUID.', 'Send it as Android gives it.'),
  google_aid_upper_case: google('fixed', 'The Google advertising id had capitals.', 'Nothing to do.'),
  lead_urn_doubled: lead('fixed', 'The lead was a URN inside a URN.', 'Send the id or the URN.'),
  lead_other_urn: lead('left_out', 'The lead is the URN of something else.', 'Send urn:li:leadGenFormResponse:….'),
  lead_malformed: lead('left_out', "The lead is no id of a lead form's answer.", 'Send the id as LinkedIn gave it.'),

  id_template_gap: mapping(
    'left_out',
    'The template of an id of the person had a gap, so the id was left out.',
    'Send the field that the template names: with a gap the id would be one for everybody.',
  ),
  liquid_failed: mapping(
    'left_out',
    'A Liquid template could not be filled for this event, so its field was left empty.',
    'Try the mapping on such an event, and simplify the template.',
  ),

  mapping_too_costly: mapping(
    'skipped',
    'The mapping would take more work for this event than an event may cause.',
    'Simplify its trigger or its fields, or send shorter texts and lists.',
  ),

  event_cut: of('properties')(
    'left_out',
    'The event had over 32 KiB, and its largest properties were left out.',
    'Send ids and amounts, and no files, pictures or whole documents.',
  ),
  consent_unclear: of('consent')(
    'fixed',
    'An answer about consent was neither a clear yes nor a clear no, and was read as a no.',
    'Send true or false for each category.',
  ),
  nobody_left: person(
    'skipped',
    'Of what should say who the person is nothing sensible is left.',
    'See what else was found in this event.',
  ),
  ip_alone: person('skipped', 'An IP address alone identifies nobody.', 'Send a click id, an e-mail or both names.'),
} as const satisfies Record<string, LintRule>;

export type LintCode = keyof typeof LINT_RULES;

/** This is true for a code of the table: rows that were written by another version may hold others. */
export function isLintCode(code: string): code is LintCode {
  return Object.hasOwn(LINT_RULES, code);
}
