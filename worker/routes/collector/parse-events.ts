import * as v from 'valibot';

import { eventTime } from '../../domain/collect/event-time.ts';
import { fittingEvent } from '../../domain/collect/fitting-event.ts';
import { plainEvent } from '../../domain/collect/plain-event.ts';
import { utf8Bytes } from '../../domain/collect/storage-budget.ts';
import { joined, MAX_CATEGORIES, NOTHING_SAID, readConsent } from '../../domain/consent/read-consent.ts';
import type { SaidConsent } from '../../domain/consent/read-consent.ts';
import { integrationsIn, wishesOf } from '../../domain/consent/sender-veto.ts';
import type { SenderWishes } from '../../domain/consent/sender-veto.ts';
import { sensibleId } from '../../domain/identity/sensible-id.ts';
import { withoutPeople } from '../../domain/privacy/kept-names.ts';
import { masked } from '../../domain/privacy/personal-text.ts';
import { Event } from '../../schema/events/event.ts';
import type { LintCode } from '../../schema/events/lint-rules.ts';
import { fieldProblems } from '../../schema/field-problems.ts';
import { isFields } from '../../schema/fields.ts';
import { problemType } from '../../schema/problem.ts';
import type { FieldProblem, ProblemCode } from '../../schema/problem.ts';
import { heardInRefused } from './heard.ts';
import type { Heard } from './heard.ts';

/** The Segment spec's limit. */
export const MAX_EVENT_BYTES = 32 * 1024;

export type ParsedEvent = {
  event: Event;
  messageId: string;
  happenedAtMs: number;
  /** Its length as JSON. */
  bytes: number;
  /** What it says about consent, without what stands beside its batch. */
  consent: SaidConsent;
  /** For which destinations its sender says that it is. */
  wishes: SenderWishes;
  /** What was odd about its time and its consent. */
  lint: readonly LintCode[];
};

/** An event that breaks a rule, as the answer names it. */
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

/** What is known of the request around the events. */
type RequestFacts = {
  sentAt: unknown;
  /** What stands beside a batch; nothing where there is none. */
  consent?: SaidConsent;
  integrations?: SenderWishes['besideBatch'];
  /** A page's event is worth more than its time: one that nobody can read becomes the time of arrival. */
  isFromPage?: boolean;
  nowMs: number;
  newId: () => string;
};

/** Sorts the events of a request into those that can be worked with and those that cannot, with the reason. */
export function parseEvents(
  raws: readonly unknown[],
  facts: RequestFacts,
): { parsed: ParsedEvent[]; rejected: RejectedEvent[]; heard: Heard[] } {
  const parsed: ParsedEvent[] = [];
  const rejected: RejectedEvent[] = [];
  const heard: Heard[] = [];
  for (const [index, raw] of raws.entries()) {
    const result = parseEvent(raw, facts);
    if (result.kind === 'parsed') {
      parsed.push(result.event);
      heard.push(result.event);
    } else {
      rejected.push(rejection({ index, raw, code: result.code, field: result.field }));
      heard.push(...heardInRefused(raw));
    }
  }
  return { parsed, rejected, heard };
}

type Result = { kind: 'parsed'; event: ParsedEvent } | { kind: 'rejected'; code: ProblemCode; field: FieldProblem };

function parseEvent(
  raw: unknown,
  { sentAt, consent: besideBatch = NOTHING_SAID, integrations = [], isFromPage = false, nowMs, newId }: RequestFacts,
): Result {
  if (!isFields(raw)) return invalid({ pointer: '', detail: 'expected an object' });
  const whole = plainEvent(raw);
  const wholeBytes = utf8Bytes(JSON.stringify(raw));
  const isCut = wholeBytes > MAX_EVENT_BYTES;
  const fitting = isCut ? fittingEvent(whole, MAX_EVENT_BYTES) : { event: whole, bytes: wholeBytes };
  if (fitting === undefined)
    return {
      kind: 'rejected',
      code: 'event_too_large',
      field: { pointer: '', detail: `expected at most ${MAX_EVENT_BYTES} bytes` },
    };
  const { event: plain, bytes } = fitting;
  const result = v.safeParse(Event, plain);
  if (!result.success) {
    const [field = { pointer: '', detail: 'expected an event' }] = fieldProblems(result.issues);
    return invalid(field);
  }
  const event = result.output;
  const lint: LintCode[] = isCut ? ['event_cut'] : [];
  const read = eventTime({ timestamp: event.timestamp, sentAt: raw['sentAt'] ?? sentAt }, nowMs, (code) =>
    lint.push(code),
  );
  const isArrival = read.kind === 'unreadable' && isFromPage;
  if (isArrival) lint.push('time_of_arrival');
  const time = isArrival ? ({ kind: 'ok', atMs: nowMs } as const) : read;
  if (time.kind !== 'ok') return invalid({ pointer: '/timestamp', detail: time.detail });
  const consent = readConsent(plain);
  const consentProblem = consent.problem ?? tooMany(consent, besideBatch);
  if (consentProblem !== undefined) return invalid(consentProblem);
  if (consent.isUnclear || besideBatch.isUnclear) lint.push('consent_unclear');
  const named = {
    userId: idOf(event.userId, 'user_id_nothing', lint),
    anonymousId: idOf(event.anonymousId, 'anonymous_id_nothing', lint),
  };
  const hasMessageId = idOf(event.messageId, 'message_id_nothing', lint) !== undefined;
  const messageId = (hasMessageId ? event.messageId : undefined) ?? newId();
  const wishes = wishesOf({ ofEvent: integrationsIn(plain), besideBatch: integrations }, [consent, besideBatch]);
  return {
    kind: 'parsed',
    event: { event: { ...event, ...named }, messageId, happenedAtMs: time.atMs, bytes, consent, wishes, lint },
  };
}

/** The limit holds for what is kept: an event's own categories and those beside its batch. */
function tooMany(own: SaidConsent, besideBatch: SaidConsent): FieldProblem | undefined {
  const names = Object.keys(joined(own.categories, besideBatch.categories));
  return names.length <= MAX_CATEGORIES
    ? undefined
    : {
        pointer: '/context/consent',
        detail: `expected at most ${MAX_CATEGORIES} consent categories with those beside the batch`,
      };
}

/** An id that is there and identifies nobody is left out, so that it joins nobody further on. */
function idOf(id: string | null | undefined, code: LintCode, lint: LintCode[]): string | undefined {
  if (id === null || id === undefined) return undefined;
  const sensible = sensibleId(id);
  if (sensible === undefined) lint.push(code);
  return sensible;
}

function invalid(field: FieldProblem): Result {
  return { kind: 'rejected', code: 'event_invalid', field };
}

function rejection({
  index,
  raw,
  code,
  field: { pointer, detail },
}: {
  index: number;
  raw: unknown;
  code: ProblemCode;
  field: FieldProblem;
}): RejectedEvent {
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

function shortText(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= 256 && value.isWellFormed() ? value : undefined;
}
