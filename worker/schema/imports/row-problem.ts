import type { LintCode } from '../events/lint-rules.ts';
import { LINT_RULES } from '../events/lint-rules.ts';
import { SKIP_REASONS } from '../events/outcome.ts';
import type { SkipReason } from '../events/outcome.ts';

/** `refused`: the row isn't used. `left_out`: the row is sent without that cell. */
type Effect = 'refused' | 'left_out';

const refused = (sentence: string) => ({ effect: 'refused', sentence }) as const;
const leftOut = (sentence: string) => ({ effect: 'left_out', sentence }) as const;

/**
 * The possible problems of a row, besides problems with single values (`LINT_RULES`) and reasons for a skip
 * (`SKIP_REASONS`).
 */
const OWN_PROBLEMS = {
  quote_not_closed: refused('A quotation mark is opened and not closed in this row.'),
  quote_malformed: refused(
    'A quotation mark is in the wrong place. Inside a cell, write it twice (""), also instead of MySQL’s \\".',
  ),
  too_few_cells: refused('The row has fewer cells than the header.'),
  too_many_cells: refused('The row has more cells than the header: a cell contains the separator without quotes.'),
  row_too_long: refused('The row has more than 65,536 characters.'),
  json_malformed: refused('The line isn’t a JSON object.'),
  not_an_object: refused('The change isn’t a JSON object.'),
  deal_deleted: refused('The CRM says that the deal was deleted.'),
  not_a_deal: refused('The change isn’t about a deal.'),
  lead_deleted: refused('LinkedIn says that this lead was deleted.'),
  lead_action_unknown: refused('The notification says neither that a lead was created nor that it was deleted.'),
  lead_notification_unknown: refused('The notification isn’t about a lead.'),
  lead_of_other_account: refused('The lead belongs to an ad account that no connection of this site has.'),
  text_garbled: leftOut('The cell contains �: its text was damaged before it was exported.'),
  time_missing: refused('The row has no time.'),
  time_unreadable: refused('The time can’t be read. Write 2026-11-28T15:55:00Z.'),
  time_ambiguous: refused(
    'The date can be read in two ways, such as 8 November or 11 August. Choose the order of dates.',
  ),
  time_in_future: refused('The time is more than a day in the future.'),
  cell_unusable: refused('The cell is too long, or contains a control character.'),
  deal_lost: refused(
    'The stage or status says that the deal is lost, but the event chosen for all rows is about won deals. Give lost deals an event of their own, or choose no column for stage.',
  ),
  deal_open: refused(
    'The stage or status doesn’t say that the deal is closed, so its close date is only expected. Choose no column for stage to send it all the same.',
  ),
  deal_won: refused(
    'The stage or status says that the deal is won, but the event chosen for all rows is about lost deals.',
  ),
  event_missing: refused('The row has no event, and no event was chosen for such rows.'),
  amount_ambiguous: refused(
    'The amount may be thousands or have three decimals, such as 1.234. Choose the decimal sign.',
  ),
  amount_unclear: leftOut(
    'The amount may be thousands or have three decimals, such as 1.234. It is left out: send it as a number.',
  ),
  zone_in_name_unknown: leftOut(
    'The time zone in the column’s name isn’t known, so the time is read in UTC. Choose the time zone.',
  ),
  currency_conflict: leftOut(
    'The amount’s currency isn’t clear: its sign, its column or the import say different ones. The value is left out, and the rest of the row is used.',
  ),
  amount_not_in_cents: leftOut(
    'The column has cents, but this amount has decimals, or its currency has no cents. The value is left out.',
  ),
  name_incomplete: leftOut('There is only a first or a last name. LinkedIn needs both.'),
  event_id_senseless: leftOut('The event ID is a placeholder, so one is made from the row.'),
  user_id_senseless: leftOut('The user ID is a placeholder, so it identifies nobody.'),
  deal_id_senseless: leftOut('The deal’s ID is a placeholder, so it is left out.'),
  consent_unclear: leftOut(
    'The consent is neither a clear yes nor a clear no. The row isn’t sent, but no consent is withdrawn.',
  ),
  refused_in_status: leftOut('The status says that the person opted out, so the row isn’t sent.'),
  refused_in_file: leftOut(
    'Another row of the file refuses consent for this person, or says that they opted out. The row isn’t sent.',
  ),
  probability_unreadable: leftOut('The probability isn’t a number from 0 to 100.'),
  duplicate_in_file: refused(
    'An earlier row of the file is the same in all fields that are used, or has the same event ID, or the same event for the same deal. If these are different conversions, choose a column with their IDs for event_id.',
  ),
  already_sent: refused(
    'The same event was received before, from your site, a server or another import, or the same row or this event of the same deal was imported before.',
  ),
  erased: refused('The person was erased, or withdrew consent, while the import was running.'),
} as const satisfies Record<string, { effect: Effect; sentence: string }>;

export type OwnProblemCode = keyof typeof OWN_PROBLEMS;
export type RowProblemCode = OwnProblemCode | LintCode | SkipReason;

/**
 * Explains a problem to people.
 *
 * @param linesBelow The number of lines that are refused with the row.
 */
export function problemSentence(code: string, linesBelow = 0): string {
  const sentence = sentenceOf(code);
  if (linesBelow === 0) return sentence;
  return linesBelow === 1
    ? `${sentence} The next line is refused too, because it may be part of the same cell.`
    : `${sentence} The next ${linesBelow.toLocaleString('en')} lines are refused too, because they may be part of the same cell.`;
}

function sentenceOf(code: string): string {
  if (isOwn(code)) return OWN_PROBLEMS[code].sentence;
  const skips: Readonly<Record<string, string>> = SKIP_REASONS;
  const lint: Readonly<Record<string, { sentence: string } | undefined>> = LINT_RULES;
  return lint[code]?.sentence ?? skips[code] ?? '';
}

/** Returns whether a row with this problem isn't used. */
export function isRefusal(code: RowProblemCode): boolean {
  return isOwn(code) && OWN_PROBLEMS[code].effect === 'refused';
}

function isOwn(code: string): code is OwnProblemCode {
  return Object.hasOwn(OWN_PROBLEMS, code);
}
