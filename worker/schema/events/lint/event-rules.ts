import { LEAVE_OUT, ruleOf } from './lint-rule.ts';
import type { LintRule } from './lint-rule.ts';

const amount = ruleOf('conversionValue.amount');
const currency = ruleOf('conversionValue.currencyCode');
const time = ruleOf('conversionHappenedAt');
const eventId = ruleOf('eventId');
const mapping = ruleOf('mapping');
const person = ruleOf('user');

/** The rules for the event itself: its value, time, IDs, mapping and size. */
export const EVENT_RULES = {
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
  currency_other: currency(
    'left_out',
    'The amount is in another currency than the event, as in £5 with EUR.',
    'Send the currency of the amount.',
  ),
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
    'The messageId is empty, a word for nothing such as "undefined", a template, or not a text. The event got a new ID.',
    'Send a different ID for each event: events that share one are duplicates.',
  ),
  event_id_email: eventId(
    'fixed',
    'The event ID contained an e-mail address or a telephone number, so it was hashed.',
    'Send an ID without personal data.',
  ),
  event_id_too_long: eventId('fixed', 'The event ID had over 64 characters, so it was hashed.', 'Send a shorter one.'),

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
  liquid_filter_unknown: mapping(
    'left_out',
    'A Liquid template has a filter that does not exist, so the value was sent without it.',
    'Correct the name of the filter in the mapping.',
  ),

  mapping_too_costly: mapping(
    'skipped',
    'The mapping needs more work for this event than the limit allows.',
    'Simplify its trigger or its fields, or send shorter texts and lists.',
  ),

  event_cut: ruleOf('properties')(
    'left_out',
    'The event was over 32 KiB, so its largest properties were left out.',
    'Send IDs and amounts, not files, pictures or whole documents.',
  ),
  consent_unclear: ruleOf('consent')(
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
