import type { ColumnPlaces, ImportField, SparePlaces } from '../../schema/imports/import-field.ts';
import { emailSha256 } from '../identity/email.ts';
import { withDomainSpellings } from '../identity/email/domain-spellings.ts';
import { isSenselessId } from '../identity/sensible-id.ts';
import type { ColumnHints } from './columns/column-hints.ts';
import { consentIn, hasOptedOut } from './consent-words.ts';
import { readTime } from './read-time.ts';

/** A person who refuses consent. */
export type Refusing = { emailSha256: string } | { userId: string } | { anonymousId: string };

/** A row of a person who refuses consent. `alsoRefusing`: others who may be meant, because the row's cells may be wrong. */
export type Denial = { consent: false; emailSha256?: string; userId?: string; anonymousId?: string } & {
  alsoRefusing?: readonly Refusing[];
};

/**
 * Returns the hashes of all addresses in some cells, in each of their spellings: a refusal is meant for all of them. A
 * cell may have several addresses, a link or a formula around one, or `(at)`.
 */
export async function hashesIn(cells: readonly string[]): Promise<string[]> {
  const addresses = cells.flatMap((cell) => [
    cell,
    ...cell
      .replaceAll(/\s*[([{]\s*at\s*[)\]}]\s*/gi, '@')
      .split(/[\s<>"'`,;:|()[\]{}=]+/u)
      .filter((part) => part.includes('@')),
  ]);
  const spelled = new Set(addresses.slice(0, MAX_ADDRESSES).flatMap(withDomainSpellings));
  const hashes = await Promise.all([...spelled].map((each) => emailSha256(each)));
  return [...new Set(hashes.filter((hash) => hash !== undefined))];
}

/** More in one row are no person's. */
const MAX_ADDRESSES = 20;

type Columns = { columns: ColumnPlaces; spares: SparePlaces; hints: ColumnHints };

/**
 * Finds a clear no in a row that is refused for its form. Where a separator is missing or one too many, the cells before it
 * are in their own columns, and those after it are shifted. The columns of the e-mail address and of the time show where
 * that is. If they don't, a cell counts where it can be an answer.
 *
 * @param cells As far as they can be known.
 * @param shift By how many columns the last cells are shifted.
 */
export async function denialIn(
  cells: readonly string[],
  { shift, ...given }: Columns & { shift: number },
): Promise<Denial | undefined> {
  const placesOf = (field: ImportField): number[] =>
    [given.columns[field], ...(given.spares[field] ?? [])].filter((place) => place !== undefined);
  const cellAt = (place: number): string => cells[place]?.trim() ?? '';
  const anchors = [
    ...placesOf('email').map((place) => ({ place, isRight: (cell: string) => cell.includes('@') })),
    ...placesOf('time').map((place) => ({
      place,
      isRight: (cell: string) => readTime(cell, {}).kind !== 'unreadable',
    })),
  ].map(({ place, isRight }) => ({
    place,
    isOwn: isRight(cellAt(place)),
    isShifted: isRight(cellAt(place + shift)),
  }));
  /** The places where a column's cell may be: one if it is certain. */
  const viewsOf = (place: number): number[] => {
    if (shift === 0 || anchors.some((each) => each.isOwn && !each.isShifted && each.place >= place)) return [place];
    if (anchors.some((each) => each.isShifted && !each.isOwn && each.place <= place)) return [place + shift];
    return [place, place + shift];
  };
  const isRefused = (place: number): boolean => isAnswer(viewsOf(place).map(cellAt), consentIn, false);
  const isOut = (place: number): boolean =>
    given.hints.permissions?.includes(place) === true
      ? isRefused(place)
      : isAnswer(viewsOf(place).map(cellAt), hasOptedOut, true);
  if (!placesOf('consent').some(isRefused) && !placesOf('opt_out').some(isOut)) return undefined;

  const emails = await hashesIn(placesOf('email').flatMap((place) => viewsOf(place).map(cellAt)));
  const idsOf = (field: 'user_id' | 'anonymous_id'): string[] => {
    const views = placesOf(field).map(viewsOf);
    // A shifted cell may be an ID by chance, so it counts only if there is no address.
    const certain = views.filter(({ length }) => length === 1 || emails.length === 0);
    return certain.flatMap((places) => places.map(cellAt)).filter((id) => id !== '' && !isSenselessId(id));
  };
  const [emailSha, ...emailShas] = new Set(emails);
  const [userId, ...userIds] = new Set(idsOf('user_id'));
  const [anonymousId, ...anonymousIds] = new Set(idsOf('anonymous_id'));
  const alsoRefusing: Refusing[] = [
    ...emailShas.map((other) => ({ emailSha256: other })),
    ...userIds.map((other) => ({ userId: other })),
    ...anonymousIds.map((other) => ({ anonymousId: other })),
  ];
  return {
    consent: false,
    ...(emailSha !== undefined && { emailSha256: emailSha }),
    ...(userId !== undefined && { userId }),
    ...(anonymousId !== undefined && { anonymousId }),
    ...(alsoRefusing.length > 0 && { alsoRefusing }),
  };
}

/**
 * Returns whether the cells where an answer may be have this one. A number may be another column's, so it counts only if
 * the other cell can't be an answer.
 */
function isAnswer(cells: readonly string[], read: (cell: string) => boolean | 'unclear', wanted: boolean): boolean {
  const answers = cells.filter((cell) => cell !== '' && read(cell) !== 'unclear');
  if (answers.length === 0 || answers.some((cell) => read(cell) !== wanted)) return false;
  return answers.length === cells.length || !cells.includes('') || answers.some((cell) => !/^\d+$/.test(cell));
}
