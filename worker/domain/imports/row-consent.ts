import { consentIn, hasForbidden, hasOptedOut, isOutStatus } from './consent-words.ts';

/** False also for a person who opted out. `unclear`: the row is not sent, but consent is not withdrawn either. */
export type RowConsent = boolean | 'unclear' | undefined;

/**
 * A cell about consent. `permission`: its column says whether the person may be contacted, so a no refuses. `status`: its
 * column is about something else, such as the state of a lead.
 */
export type ConsentCell = { place: number | undefined; cell: string; kind?: 'permission' | 'status' };

/**
 * Reads the cells of a row that are about consent. A refusal in any of them counts.
 *
 * @param isAsked Whether the file has a column for consent, so that an empty cell is unclear.
 * @returns `refusedAt`: the column of a status that refuses. `unclear`: the field and the column of the first unclear answer, if the row's consent is unclear.
 */
export function rowConsent(
  { agreed, out }: { agreed: readonly ConsentCell[]; out: readonly ConsentCell[] },
  isAsked: boolean,
): {
  consent: RowConsent;
  refusedAt?: number | undefined;
  unclear?: { field: 'consent' | 'opt_out'; place: number | undefined };
} {
  const answers = agreed.filter(isFilled).map(({ place, cell }) => ({ place, says: consentIn(cell) }));
  const outs = out.filter(isFilled).map(({ place, cell, kind }) => ({ place, kind, says: saysOut(cell, kind) }));
  const refusing = outs.find(({ says }) => says === true);
  if (refusing?.kind === 'status') return { consent: false, refusedAt: refusing.place };
  if (refusing !== undefined || answers.some(({ says }) => says === false)) return { consent: false };
  const unclear = answers.find(({ says }) => says === 'unclear');
  if (unclear !== undefined || (answers.length === 0 && isAsked))
    return { consent: 'unclear', unclear: { field: 'consent', place: unclear?.place } };
  const unclearOut = outs.find(({ says }) => says === 'unclear');
  if (unclearOut !== undefined) return { consent: 'unclear', unclear: { field: 'opt_out', place: unclearOut.place } };
  return { consent: answers.length === 0 ? undefined : true };
}

function saysOut(cell: string, kind: ConsentCell['kind']): boolean | 'unclear' {
  if (kind === 'status') return isOutStatus(cell);
  return kind === 'permission' ? hasForbidden(cell) : hasOptedOut(cell);
}

function isFilled({ cell }: ConsentCell): boolean {
  return cell.trim() !== '';
}
