import { FILL_IN, LEAVE_OUT, SEND_TEXT, ruleOf } from './lint-rule.ts';
import type { LintRule } from './lint-rule.ts';

const email = ruleOf('email');
const click = ruleOf('linkedInUUID');
const ip = ruleOf('ip');
const name = ruleOf('userInfo');
const company = ruleOf('userInfo.companyName');
const title = ruleOf('userInfo.title');
const country = ruleOf('userInfo.countryCode');
const acxiom = ruleOf('acxiomID');
const oracle = ruleOf('oracleID');
const google = ruleOf('googleAID');
const external = ruleOf('externalIds');
const lead = ruleOf('leadId');

/** The rules for the values by which LinkedIn matches a person. They change when LinkedIn accepts other identifiers. */
export const PERSON_RULES = {
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
  email_around: email('fixed', 'The e-mail had quotation marks or brackets around it.', 'Send the address alone.'),
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
  click_id_end: click(
    'fixed',
    'The click ID had brackets, a slash or another sign around it.',
    'Send li_fat_id unchanged.',
  ),
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

  user_id_nothing: ruleOf('userId')(
    'left_out',
    'The user ID is empty, a word for nothing such as "unknown" or "0", a template, or not a text.',
    'Leave it out for people who are not logged in: people who share an ID count as one person.',
  ),
  anonymous_id_nothing: ruleOf('anonymousId')(
    'left_out',
    'The anonymous ID is empty, a word for nothing such as "null", all zeros, a template, or not a text.',
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
} as const satisfies Record<string, LintRule>;
