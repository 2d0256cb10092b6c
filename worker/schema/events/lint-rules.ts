/**
 * The possible problems with an event's values, and what happens then.
 *
 * LinkedIn answers 201 to nonsense and then matches nobody, so we check first. This table is the only source. The
 * readers in `domain/` use a rule's code, and the API, the console and docs/reference/lint.md explain it. No rule
 * stores the value, and none stops a conversion that is still useful without it.
 */

/** `fixed`: sent in the correct form. `left_out`: the rest is sent without it. `skipped`: no useful data was left. */
export type LintAction = 'fixed' | 'left_out' | 'skipped';

export type LintRule = {
  /** The field's name in mappings; `userInfo` for both names. */
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

const LEAVE_OUT = 'Leave the field out when there is no value.';
const FILL_IN = 'The template was sent unfilled: check the page or the tool that sends it.';
const SEND_TEXT = 'Send it as text.';

export const LINT_RULES = {
  email_not_text: email('left_out', 'The e-mail is not text.', SEND_TEXT),
  email_empty: email('left_out', 'The e-mail is empty.', LEAVE_OUT),
  email_nothing: email('left_out', 'The e-mail is a word for nothing, such as "undefined" or "null".', LEAVE_OUT),
  email_macro: email('left_out', 'The e-mail is a template such as {{email}}.', FILL_IN),
  email_too_long: email('left_out', 'The e-mail is longer than an address can be.', 'Send one address.'),
  email_no_address: email('left_out', 'The e-mail has no @.', 'Send the address, not a name or an ID.'),
  email_malformed: email('left_out', 'The e-mail is not a valid address.', 'Check the form that it comes from.'),
  email_domain: email('left_out', "The e-mail's domain has no dot, so no mail reaches it.", 'Check the form.'),
  email_domain_reserved: email(
    'left_out',
    "The e-mail's domain ends in .invalid, .localhost or .local, which no real address uses.",
    "Send the visitor's own address.",
  ),
  email_several: email(
    'left_out',
    'The e-mail contains several addresses.',
    'Send only the address of the person who converted.',
  ),
  email_placeholder: email(
    'left_out',
    'The e-mail is a placeholder, such as test@ or asdf@asdf.com.',
    'Keep test data out, or leave the field out.',
  ),
  email_no_reply: email(
    'left_out',
    "The e-mail is a no-reply address, so it isn't the person's.",
    "Send the person's own address.",
  ),
  email_white_space: email('fixed', 'The e-mail had white space in it, which was removed.', 'Trim the field.'),
  email_invisible: email(
    'fixed',
    'The e-mail had invisible characters in it.',
    'Remove invisible characters from pasted text.',
  ),
  email_escaped: email('fixed', 'The e-mail was escaped for HTML or code, as in jane&#64;….', 'Send it unescaped.'),
  email_mailto: email('fixed', 'The e-mail had mailto: before it.', 'Send the address alone.'),
  email_display_name: email(
    'fixed',
    'The e-mail had a name before it, as in Ann <a@b.example>.',
    'Send the address alone.',
  ),
  email_url_encoded: email(
    'fixed',
    'The e-mail was URL-encoded, as in jane%40….',
    'Decode values that come from URLs.',
  ),
  email_end: email('fixed', 'The e-mail ended in a dot, a comma or a semicolon.', 'Send the address alone.'),
  email_hash_upper_case: email('fixed', 'The hash of the e-mail had capital letters.', 'Send the hash in lower case.'),
  email_hash_prefix: email(
    'fixed',
    'The hash of the e-mail had a prefix such as sha256:.',
    'Send the 64 digits alone.',
  ),
  email_hash_of_nothing: email(
    'left_out',
    'The e-mail is the hash of an empty text, or of a word such as "undefined".',
    'Hash only real addresses.',
  ),
  email_hash_of_placeholder: email(
    'left_out',
    'The e-mail is the hash of a placeholder such as test@test.com.',
    'Keep test data out.',
  ),
  email_hash_md5: email(
    'left_out',
    'The hash of the e-mail looks like MD5.',
    'Use SHA-256, the only hash that LinkedIn accepts.',
  ),
  email_hash_sha1: email(
    'left_out',
    'The hash of the e-mail looks like SHA-1.',
    'Use SHA-256, the only hash that LinkedIn accepts.',
  ),
  email_hash_length: email(
    'left_out',
    'The hash of the e-mail does not have 64 digits.',
    'Send SHA-256 as 64 hex digits.',
  ),
  email_hash_base64: email('left_out', 'The hash of the e-mail is Base64.', 'Send SHA-256 as 64 hex digits.'),

  click_id_not_text: click('left_out', 'The click ID is not text.', SEND_TEXT),
  click_id_nothing: click('left_out', 'The click ID is a word for nothing.', LEAVE_OUT),
  click_id_macro: click('left_out', 'The click ID is a template such as {li_fat_id}.', FILL_IN),
  click_id_malformed: click(
    'left_out',
    'The click ID has characters that are never in one.',
    'Send li_fat_id unchanged.',
  ),
  click_id_too_long: click('left_out', 'The click ID has over 200 characters.', 'Send li_fat_id unchanged.'),
  click_id_end: click('fixed', 'The click ID had a slash or another sign at its end.', 'Send li_fat_id unchanged.'),
  click_id_in_url: click('fixed', 'A URL with the click ID was sent in place of the ID.', 'Send the ID alone.'),

  ip_malformed: ip('left_out', 'The IP address is not valid.', "Send the visitor's address, such as 203.0.113.9."),
  ip_v6: ip('left_out', 'The IP address is IPv6, which LinkedIn does not accept.', 'Nothing to do.'),
  ip_private: ip('left_out', 'The IP address belongs to a private network.', "Send the visitor's, not the proxy's."),
  ip_shared: ip(
    'left_out',
    'The IP address is shared by the customers of a carrier (100.64.0.0/10).',
    "Send the visitor's public address.",
  ),
  ip_loopback: ip('left_out', 'The IP address is a loopback address.', "Send the visitor's, not the server's."),
  ip_reserved: ip('left_out', 'The IP address is reserved, multicast or link-local.', "Send the visitor's."),
  ip_mapped: ip('fixed', 'The IP address was IPv4 written as IPv6 (::ffff:).', 'Nothing to do.'),
  ip_port: ip('fixed', 'The IP address had a port after it.', 'Send the address alone.'),
  ip_list: ip('fixed', 'The IP address was a list, so the first public one was used.', 'Send one address.'),

  name_not_text: name('left_out', 'A name is not text.', SEND_TEXT),
  name_empty: name('left_out', 'A name is empty.', LEAVE_OUT),
  name_nothing: name('left_out', 'A name is a word for nothing, such as "undefined".', LEAVE_OUT),
  name_macro: name('left_out', 'A name is a template such as {{first_name}}.', FILL_IN),
  name_email: name(
    'left_out',
    'A name is an e-mail address, which LinkedIn must not get unhashed.',
    'Send it as email.',
  ),
  name_hash: name('left_out', 'A name is a hash.', 'Send names in clear text.'),
  name_no_letters: name('left_out', 'A name has no letters.', 'Check the form that it comes from.'),
  name_broken: name('left_out', 'A name is broken text (half a character).', 'Cut text between characters.'),
  name_control: name(
    'fixed',
    'A name had line breaks or invisible characters.',
    'Remove invisible characters from pasted text.',
  ),
  name_escaped: name('fixed', 'A name was escaped for HTML, as in Zo&euml;.', 'Send names as they are.'),
  name_too_long: name('fixed', 'A name was cut to 35 characters, the limit of LinkedIn.', 'Nothing to do.'),
  name_half: name('left_out', 'Only one of the two names is there, and LinkedIn requires both.', 'Send both.'),
  user_info_without_names: name(
    'left_out',
    'Company, title and country are sent only with first and last name.',
    'Send both names too, or none of these fields.',
  ),

  company_not_text: company('left_out', 'The company is not text.', SEND_TEXT),
  company_nothing: company('left_out', 'The company is a word for nothing.', LEAVE_OUT),
  company_macro: company('left_out', 'The company is a template.', FILL_IN),
  company_email: company('left_out', 'The company is an e-mail address.', 'Send it as email.'),
  company_escaped: company('fixed', 'The company was escaped for HTML, as in AT&amp;T.', 'Send its name as it is.'),
  company_invisible: company(
    'fixed',
    'The company had invisible characters in it.',
    'Remove invisible characters from pasted text.',
  ),
  company_too_long: company('fixed', 'The company was cut to 255 characters.', 'Send its name alone.'),
  title_not_text: title('left_out', 'The title is not text.', SEND_TEXT),
  title_nothing: title('left_out', 'The title is a word for nothing.', LEAVE_OUT),
  title_macro: title('left_out', 'The title is a template.', FILL_IN),
  title_email: title('left_out', 'The title is an e-mail address.', 'Send it as email.'),
  title_escaped: title('fixed', 'The title was escaped for HTML, as in R&amp;D.', 'Send the job title as it is.'),
  title_invisible: title(
    'fixed',
    'The title had invisible characters in it.',
    'Remove invisible characters from pasted text.',
  ),
  title_too_long: title('fixed', 'The title was cut to 255 characters.', 'Send the job title alone.'),

  country_not_text: country('left_out', 'The country is not text.', 'Send two letters, such as DE.'),
  country_unknown: country('left_out', 'No country has this code or name.', 'Send two letters (ISO 3166-1).'),
  country_lower_case: country('fixed', 'The country was in lower case.', 'Nothing to do.'),
  country_alpha3: country('fixed', 'The country had three letters.', 'Send two, such as DE.'),
  country_numeric: country('fixed', 'The country was a number.', 'Send two letters, such as DE.'),
  country_name: country('fixed', 'The country was a name.', 'Send two letters, such as DE.'),
  country_customary: country('fixed', 'The country was UK or EL, which ISO calls GB and GR.', 'Nothing to do.'),
  country_subdivision: country('fixed', 'The country had a region after it, as in US-CA.', 'Send the country.'),
  country_locale: country('fixed', 'The country was a language tag, as in de-AT.', 'Send the country.'),

  amount_not_number: amount('left_out', 'The amount is neither a number nor a text.', 'Send a number.'),
  amount_empty: amount('left_out', 'The amount is empty.', LEAVE_OUT),
  amount_unreadable: amount('left_out', 'The amount cannot be read.', 'Send a number, such as 149.99.'),
  amount_infinite: amount('left_out', 'The amount is too large to be a number.', 'Send a number, such as 149.99.'),
  amount_negative: amount(
    'left_out',
    'The amount is negative, as for a refund.',
    'Do not send refunds as conversions.',
  ),
  amount_too_large: amount('left_out', 'The amount is too large to be real.', 'Check the unit.'),
  amount_spelling: amount('fixed', 'The amount was formatted for people, as in 1.234,50 €.', 'Send 1234.5.'),
  amount_binary_dust: amount('fixed', 'The amount had a rounding error, as in 0.30000000000000004.', 'Round it.'),
  amount_rounded: amount(
    'fixed',
    'The amount had more decimals than its currency, so it was rounded.',
    'Round it, or send it in another currency.',
  ),
  quantity_unreadable: amount('fixed', 'A quantity cannot be read, so it counts as one.', 'Send a number.'),
  product_without_price: amount('left_out', 'A product has no price, so it is not in the sum.', 'Send total too.'),

  currency_not_text: currency('left_out', 'The currency is not text.', 'Send three letters, such as EUR.'),
  currency_unknown: currency('left_out', 'No currency has this code.', 'Send three letters (ISO 4217).'),
  currency_ambiguous: currency(
    'left_out',
    'Several currencies share this sign or name, such as $ or dollars.',
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
    'There is an amount but no currency, so the conversion is sent without a value.',
    'Send properties.currency, or set default_currency.',
  ),

  time_seconds: time('fixed', 'The time was in seconds.', 'Send milliseconds or ISO 8601.'),
  time_finer_than_ms: time('fixed', 'The time was in microseconds or nanoseconds.', 'Send milliseconds or ISO 8601.'),
  time_zone_unknown: time(
    'fixed',
    'The time zone is unknown, or several places use its name, so the time was read as UTC.',
    'End it in Z or an offset.',
  ),
  time_without_zone: time('fixed', 'The time had no zone, so it was read as UTC.', 'End it in Z or an offset.'),
  time_day_only: time('fixed', 'The time was only a day, so it was read as midnight in UTC.', 'Send the time too.'),
  time_ahead: time(
    'fixed',
    'The time was a little in the future, so the current time was used.',
    "Correct the sender's clock.",
  ),
  time_far_ahead: time(
    'fixed',
    "The mapped time is over a day ahead, so the event's own time was used.",
    'Check the field.',
  ),
  time_unreadable: time(
    'fixed',
    "The mapped time cannot be read, so the event's own time was used.",
    'Check the field.',
  ),
  time_of_arrival: time('fixed', "The page's time cannot be read, so the time of arrival was used.", 'Send ISO 8601.'),
  time_clock_wrong: time(
    'fixed',
    "The sender's clock is wrong. The time was corrected by sentAt.",
    'Correct the clock.',
  ),
  time_too_old: time(
    'skipped',
    'The event is older than 90 days, which LinkedIn does not accept.',
    'Send events sooner.',
  ),

  event_id_missing: eventId('fixed', 'The mapped event ID is missing, so the messageId was used.', 'Check the field.'),
  event_id_not_text: eventId(
    'fixed',
    'The mapped event ID is not text, so the messageId was used.',
    'Check the field.',
  ),
  event_id_gap: eventId(
    'fixed',
    'The template of the event ID had no value, such as an order number, so the messageId was used.',
    'Send the field that the template names: events that share an ID are duplicates.',
  ),
  event_id_nothing: eventId(
    'fixed',
    'The mapped event ID is a word for nothing, so the messageId was used.',
    'Check the field: events that share an ID are duplicates.',
  ),
  message_id_nothing: eventId(
    'fixed',
    'The messageId is empty, a word for nothing such as "undefined", or a template. The event got a new ID.',
    'Send a different ID for each event: events that share one are duplicates.',
  ),
  event_id_email: eventId(
    'fixed',
    'The event ID contained an e-mail address or a telephone number, so it was hashed.',
    'Send an ID without personal data.',
  ),
  event_id_too_long: eventId('fixed', 'The event ID had over 64 characters, so it was hashed.', 'Send a shorter one.'),

  user_id_nothing: of('userId')(
    'left_out',
    'The user ID is empty, a word for nothing such as "unknown" or "0", or a template.',
    'Leave it out for people who are not logged in: people who share an ID count as one person.',
  ),
  anonymous_id_nothing: of('anonymousId')(
    'left_out',
    'The anonymous ID is empty, a word for nothing such as "null", all zeros, or a template.',
    'Leave it out, or send an ID of the browser: people who share an ID count as one person.',
  ),

  acxiom_id_not_text: acxiom('left_out', 'The Acxiom ID is not text.', SEND_TEXT),
  acxiom_id_nothing: acxiom('left_out', 'The Acxiom ID is a word for nothing, or a template.', LEAVE_OUT),
  acxiom_id_email: acxiom('left_out', 'The Acxiom ID is an e-mail address.', 'Send it as email.'),
  acxiom_id_too_long: acxiom('left_out', 'The Acxiom ID has over 256 characters.', 'Check the field.'),
  oracle_id_not_text: oracle('left_out', 'The Oracle ID is not text.', SEND_TEXT),
  oracle_id_nothing: oracle('left_out', 'The Oracle ID is a word for nothing, or a template.', LEAVE_OUT),
  oracle_id_email: oracle('left_out', 'The Oracle ID is an e-mail address.', 'Send it as email.'),
  oracle_id_too_long: oracle('left_out', 'The Oracle ID has over 256 characters.', 'Check the field.'),
  external_id_not_text: external('left_out', 'The external ID is not text.', SEND_TEXT),
  external_id_nothing: external('left_out', 'The external ID is a word for nothing, or a template.', LEAVE_OUT),
  external_id_email: external(
    'left_out',
    'The external ID is an e-mail address, which LinkedIn must not get unhashed.',
    'Use an ID without personal data, and send the address as email.',
  ),
  external_id_too_long: external('left_out', 'The external ID has over 256 characters.', 'Check the field.'),
  external_id_several: external('fixed', 'There are several external IDs, so the first was used.', 'Send one.'),
  google_aid_zero: google('left_out', 'The Google advertising ID is all zeros: its owner opted out.', 'Nothing to do.'),
  google_aid_malformed: google('left_out', 'The Google advertising ID is not a UUID.', 'Send it as Android gives it.'),
  google_aid_upper_case: google('fixed', 'The Google advertising ID had capital letters.', 'Nothing to do.'),
  lead_urn_doubled: lead('fixed', 'The lead was a URN inside a URN.', 'Send the ID or the URN.'),
  lead_other_urn: lead('left_out', 'The lead is the URN of something else.', 'Send urn:li:leadGenFormResponse:….'),
  lead_malformed: lead(
    'left_out',
    'The lead is not the ID of a lead form response.',
    'Send the ID as LinkedIn gave it.',
  ),

  id_template_gap: mapping(
    'left_out',
    'The template of an ID had no value, so the ID of the person was left out.',
    'Send the field that the template names: without it, everybody would share one ID.',
  ),
  liquid_failed: mapping(
    'left_out',
    'A Liquid template could not be filled for this event, so its field was left empty.',
    'Test the mapping with such an event, and simplify the template.',
  ),

  mapping_too_costly: mapping(
    'skipped',
    'The mapping needs more work for this event than the limit allows.',
    'Simplify its trigger or its fields, or send shorter texts and lists.',
  ),

  event_cut: of('properties')(
    'left_out',
    'The event was over 32 KiB, so its largest properties were left out.',
    'Send IDs and amounts, not files, pictures or whole documents.',
  ),
  consent_unclear: of('consent')(
    'fixed',
    'An answer about consent was neither a clear yes nor a clear no, and was read as a no.',
    'Send true or false for each category.',
  ),
  nobody_left: person('skipped', 'No usable data about the person is left.', 'See the other findings in this event.'),
  ip_alone: person(
    'skipped',
    'An IP address alone is not enough to identify a person.',
    'Send a click ID, an e-mail or both names.',
  ),
} as const satisfies Record<string, LintRule>;

export type LintCode = keyof typeof LINT_RULES;

/** Checks for a code in the table. Rows from other versions may contain others. */
export function isLintCode(code: string): code is LintCode {
  return Object.hasOwn(LINT_RULES, code);
}
