import * as v from 'valibot';

import { Event } from '../../../schema/events/event.ts';
import type { LintCode } from '../../../schema/events/lint-rules.ts';
import { fieldProblems } from '../../../schema/field-problems.ts';
import { isFields } from '../../../schema/fields.ts';
import type { Fields } from '../../../schema/fields.ts';
import type { FieldProblem, ProblemCode } from '../../../schema/problem.ts';
import { joined, MAX_CATEGORIES, NOTHING_SAID, readConsent } from '../../consent/read-consent.ts';
import type { SaidConsent } from '../../consent/read-consent.ts';
import { integrationsIn, wishesOf } from '../../consent/sender-veto.ts';
import type { SenderWishes } from '../../consent/sender-veto.ts';
import { sensibleId } from '../../identity/sensible-id.ts';
import { eventTime } from '../event-time.ts';
import { utf8Bytes } from '../storage-budget.ts';
import { denialsOf } from './consent-statement.ts';
import type { ConsentStatement } from './consent-statement.ts';
import { fittingEvent } from './fitting-event.ts';
import { plainEvent } from './plain-event.ts';
import { MAX_EVENT_BYTES, rejectedEvent } from './rejected-events.ts';
import type { RejectedEvent } from './rejected-events.ts';

export type ParsedEvent = {
  event: Event;
  messageId: string;
  happenedAtMs: number;
  /** Its length as JSON. */
  bytes: number;
  /** Its own consent answers, without those of its batch. */
  consent: SaidConsent;
  /** The destinations that its sender allows or refuses. */
  wishes: SenderWishes;
  /** The lint codes for its time and consent. */
  lint: readonly LintCode[];
};

/** The facts about the request around the events. */
type RequestFacts = {
  sentAt: unknown;
  /** The consent answers of the batch, if any. */
  consent?: SaidConsent;
  integrations?: SenderWishes['besideBatch'];
  /** A page's event is kept even when its time is unreadable, and gets the time of arrival. */
  isFromPage?: boolean;
  nowMs: number;
  newId: () => string;
};

/** Splits the events of a request into valid and invalid ones, the latter with the reason. */
export function parseEvents(
  raws: readonly unknown[],
  facts: RequestFacts,
): { parsed: ParsedEvent[]; rejected: RejectedEvent[]; statements: ConsentStatement[] } {
  const parsed: ParsedEvent[] = [];
  const rejected: RejectedEvent[] = [];
  const statements: ConsentStatement[] = [];
  for (const [index, raw] of raws.entries()) {
    if (!isFields(raw)) {
      rejected.push(rejectedEvent(raw, { index, ...invalid({ pointer: '', detail: 'expected an object' }) }));
      continue;
    }
    const whole = plainEvent(raw, facts);
    const consent = readConsent(whole);
    const result = parseEvent(raw, { whole, consent }, facts);
    if (result.kind === 'parsed') {
      parsed.push(result.event);
      statements.push(result.event);
    } else {
      rejected.push(rejectedEvent(raw, { index, ...result }));
      statements.push(...denialsOf(whole, consent));
    }
  }
  return { parsed, rejected, statements };
}

type Rejection = { kind: 'rejected'; code: ProblemCode; field: FieldProblem };

function parseEvent(
  raw: Fields,
  { whole, consent }: { whole: Fields; consent: SaidConsent },
  { sentAt, consent: besideBatch = NOTHING_SAID, integrations = [], isFromPage = false, nowMs, newId }: RequestFacts,
): { kind: 'parsed'; event: ParsedEvent } | Rejection {
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

/** Checks the limit on stored categories: an event's own and those of its batch together. */
function tooMany(own: SaidConsent, besideBatch: SaidConsent): FieldProblem | undefined {
  const names = Object.keys(joined(own.categories, besideBatch.categories));
  return names.length <= MAX_CATEGORIES
    ? undefined
    : {
        pointer: '/context/consent',
        detail: `expected at most ${MAX_CATEGORIES} consent categories with those beside the batch`,
      };
}

/** Returns an ID unless it is a placeholder, so that a placeholder never joins people. */
function idOf(id: string | null | undefined, code: LintCode, lint: LintCode[]): string | undefined {
  if (id === null || id === undefined) return undefined;
  const sensible = sensibleId(id);
  if (sensible === undefined) lint.push(code);
  return sensible;
}

function invalid(field: FieldProblem): Rejection {
  return { kind: 'rejected', code: 'event_invalid', field };
}
