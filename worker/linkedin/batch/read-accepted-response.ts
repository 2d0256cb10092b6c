import type { Accepted } from '../../domain/delivery/delivery-failure.ts';
import { fieldsIn, isFields } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';
import { errorWords, numberOf } from '../errors/error-words.ts';
import type { Scrub } from '../errors/error-words.ts';

type Read = 'taken' | 'unreadable' | { kind: 'refused' | 'deferred'; message: string };

/**
 * Reads the response to a batch that LinkedIn accepted. That is any 2xx: sending the batch again would count it twice.
 *
 * Events without a readable status are unconfirmed. That can be a single element without a status, or the whole batch:
 * when the response is an HTML page, is truncated, or has a list of another length, which cannot be matched with the
 * batch.
 */
export function readAcceptedResponse(
  { status, text }: { status: number; text: string },
  { batchSize, scrub }: { batchSize: number; scrub: Scrub },
): Accepted {
  // LinkedIn answers a single create with a 201 without a body (measured 2026-09), which means that it took the event.
  if (status === 201 && text.trim() === '') return ALL_TAKEN;
  const elements = elementsOf(text);
  if (elements?.length !== batchSize) {
    const unconfirmed = new Set(Array.from({ length: batchSize }, (_, index) => index));
    return { ...ALL_TAKEN, unconfirmed, message: unreadable({ status, text, elements }, scrub) };
  }
  const refused = new Map<number, string>();
  const deferred = new Map<number, string>();
  const unconfirmed = new Set<number>();
  for (const [index, element] of elements.entries()) {
    const read = readElement(element, scrub);
    if (read === 'unreadable') unconfirmed.add(index);
    else if (read !== 'taken') (read.kind === 'refused' ? refused : deferred).set(index, read.message);
  }
  const accepted: Accepted = { kind: 'accepted', refused, deferred, unconfirmed };
  return unconfirmed.size === 0
    ? accepted
    : { ...accepted, message: `HTTP ${status}: ${unconfirmed.size} of ${batchSize} elements have no status` };
}

const ALL_TAKEN: Accepted = { kind: 'accepted', refused: new Map(), deferred: new Map(), unconfirmed: new Set() };

/** Reads one element of the response. An error may have its status next to the error, inside it, or not at all. */
function readElement(element: unknown, scrub: Scrub): Read {
  const fields = isFields(element) ? element : {};
  const error = fieldsIn(fields, 'error');
  const status = numberOf(fields['status']) ?? numberOf(error['status']);
  if (status !== undefined && (status < 200 || status > 599)) return 'unreadable';
  if (status !== undefined && status < 300) return 'taken';
  if (status === undefined && Object.keys(error).length === 0) return 'unreadable';
  const said = Object.keys(error).length === 0 ? withoutStatus(fields) : error;
  const { message } = errorWords({ status: status ?? 0, text: JSON.stringify(said) }, scrub);
  const wordless = /^HTTP \d+ without a word$/.test(message);
  return {
    kind: isPermanent(status) ? 'refused' : 'deferred',
    message: wordless ? `status ${status ?? 'unknown'}` : message,
  };
}

/** Returns whether a status blames the element. 408, 429, 5xx and redirects do not. */
function isPermanent(status: number | undefined): boolean {
  return status === undefined || (status >= 400 && status < 500 && status !== 408 && status !== 429);
}

function withoutStatus({ status: _, ...fields }: Fields): Fields {
  return fields;
}

/** Returns why a batch is unconfirmed, for the history of its deliveries. */
function unreadable(
  { status, text, elements }: { status: number; text: string; elements: readonly unknown[] | undefined },
  scrub: Scrub,
): string {
  if (elements !== undefined) return `HTTP ${status} with ${elements.length} elements`;
  if (text.trim() === '') return `HTTP ${status} without a body`;
  const { message } = errorWords({ status, text }, scrub);
  return message.startsWith('HTTP ') ? message : `HTTP ${status}: ${message}`;
}

function elementsOf(text: string): readonly unknown[] | undefined {
  try {
    const value: unknown = JSON.parse(text);
    const elements = isFields(value) ? value['elements'] : undefined;
    return Array.isArray(elements) ? elements : undefined;
  } catch {
    return undefined;
  }
}
