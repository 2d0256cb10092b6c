import { readTime } from '../read-time.ts';
import { CREATED, placesCalled } from './field-names.ts';
import { freePlaces, saysNothing } from './file-view.ts';
import type { FileView, FoundColumns } from './file-view.ts';

/** Names of a file of deals. In it, the day on which a deal was made is not the day on which it was won. */
const OF_DEALS = /\b(?:deal|opportunit|clos|lost|won|verloren|gewonnen|abschluss|cloture|cierre|chiusura)/;

/** Dates beside the day on which a person became a lead that can't be the better time. */
const OF_THE_RECORD = /\b(?:last|next|modified|updated?|birth\w*|dob)\b/;

const looksLikeTime = (cell: string): boolean =>
  /\d{4}/.test(cell) && /[-/.: ]/.test(cell) && readTime(cell, {}).kind !== 'unreadable';

/**
 * Finds the columns with the times of the conversions. A date whose name isn't known may be a birthday, or an expected, a
 * lost or a changed date, so a person is asked. `open`: the columns that they may choose.
 */
export function timeColumns(file: FileView): FoundColumns {
  const free = freePlaces(file);
  const sure = placesCalled('time', file.names).filter((at) => free.includes(at));
  if (sure.length > 0) return { sure, open: [] };
  const created = placesCalled('click_time', file.names).filter((at) => free.includes(at) && isCreated(file, at));
  const dates = free.filter((at) => !created.includes(at) && file.isMostly(at, looksLikeTime));
  const isOfDeals = file.names.some(({ words }) => OF_DEALS.test(words));
  const [only, ...more] =
    created.length > 0 && !isOfDeals
      ? [...created, ...dates.filter((at) => !OF_THE_RECORD.test(file.names[at]?.words ?? ''))]
      : dates.filter((at) => saysNothing(file.names[at]));
  return { sure, only: more.length === 0 ? only : undefined, open: [...created, ...dates] };
}

function isCreated({ names }: FileView, at: number): boolean {
  const { whole = '', own = '', bare } = names[at] ?? {};
  return [whole, own, bare?.whole ?? '', bare?.own ?? ''].some((form) => CREATED.includes(form));
}
