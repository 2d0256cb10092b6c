import { isFields } from '../../../schema/fields.ts';
import type { Fields } from '../../../schema/fields.ts';
import { problemType } from '../../../schema/problem.ts';
import type { FieldProblem, ProblemCode } from '../../../schema/problem.ts';
import { masked } from '../../privacy/mask-personal-data.ts';
import { withoutPeople } from '../../privacy/masked-names.ts';
import type { Refusal } from '../collect-request.ts';

/** The limit in Segment's spec. */
export const MAX_EVENT_BYTES = 32 * 1024;

/** An invalid event, as the answer lists it. */
export type RejectedEvent = {
  index: number;
  messageId?: string;
  type: string;
  detail: string;
  pointer?: string;
  /** For the ledger; not part of the answer. */
  name: string;
  code: ProblemCode;
};

export function rejectedEvent(
  raw: unknown,
  { index, code, field: { pointer, detail } }: { index: number; code: ProblemCode; field: FieldProblem },
): RejectedEvent {
  const fields = isFields(raw) ? raw : {};
  const messageId = shortText(fields['messageId']);
  return {
    index,
    ...(messageId !== undefined && { messageId: masked(messageId) }),
    type: problemType(code),
    detail: pointer === '' ? detail : `${pointer}: ${detail}`,
    ...(pointer !== '' && { pointer }),
    name: withoutPeople(shortText(fields['event']) ?? shortText(fields['type']) ?? 'unknown'),
    code,
  };
}

/** Returns an invalid event in the form of the answer. */
export function shownRejected({ index, messageId, type, detail, pointer }: RejectedEvent): Fields {
  return {
    index,
    ...(messageId !== undefined && { messageId }),
    type,
    detail,
    ...(pointer !== undefined && { pointer }),
  };
}

/** Returns the refusal of a request whose events are all invalid. */
export function allRejected(rejected: readonly RejectedEvent[], { isBatch }: { isBatch: boolean }): Refusal {
  const [first] = rejected;
  const code = rejected.every((event) => event.code === 'event_too_large') ? 'event_too_large' : 'event_invalid';
  const pointer = isBatch ? `/batch/${first?.index}${first?.pointer ?? ''}` : first?.pointer;
  return {
    code,
    detail:
      code === 'event_too_large'
        ? `Cannot accept the event: expected at most ${MAX_EVENT_BYTES} bytes`
        : `Cannot accept ${isBatch ? 'any event of the batch' : 'the event'}: ${first?.detail ?? ''}`,
    fields: first === undefined || pointer === undefined ? [] : [{ pointer, detail: first.detail }],
    extensions: isBatch ? { rejected: rejected.map(shownRejected) } : {},
  };
}

function shortText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= 256 && value.isWellFormed() ? value : undefined;
}
