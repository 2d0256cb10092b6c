import * as v from 'valibot';

import { FAULT_KINDS } from './fault-order.ts';
import type { FaultKind } from './fault-order.ts';
import { NAMED_ANSWERS } from './named-answers.ts';

const Whole = (min: number, max: number) => v.pipe(v.number(), v.integer(), v.minValue(min), v.maxValue(max));

/** `{"Retry-After": 7}` is as clear as `"7"`. */
const HeaderValue = v.pipe(v.union([v.string(), v.number()]), v.transform(String));

/** The schema of `FaultOrder`. */
export const FaultOrderSchema = v.strictObject({
  answer: v.optional(v.picklist(Object.keys(NAMED_ANSWERS))),
  kind: v.optional(v.picklist(FAULT_KINDS)),
  status: v.optional(Whole(200, 599)),
  times: v.optional(Whole(1, 1_000_000_000), 1),
  headers: v.optional(v.record(v.string(), HeaderValue), {}),
  body: v.optional(v.unknown()),
  delay_ms: v.optional(Whole(0, 3_600_000), 0),
  path: v.optional(
    v.pipe(
      v.string(),
      v.startsWith('/'),
      v.transform((path) => path.replace(/\?.*/, '')),
    ),
  ),
  method: v.optional(v.pipe(v.string(), v.toUpperCase())),
  size_bytes: v.optional(Whole(1, 1_000_000_000), 10 * 1024 * 1024),
});

/** A fault that waits for its requests. */
export type Fault = Omit<v.InferOutput<typeof FaultOrderSchema>, 'kind' | 'answer'> & {
  readonly id: number;
  readonly kind: FaultKind;
  remaining: number;
};

const DEFAULT_SLOW_MS = 1_000;

const EXPECTED =
  `Expected {"status": 200–599}, {"kind": ${FAULT_KINDS.map((kind) => `"${kind}"`).join(' | ')}} or ` +
  `{"answer": ${Object.keys(NAMED_ANSWERS)
    .map((name) => `"${name}"`)
    .join(' | ')}}, and optionally times, path (a prefix), method, headers, body, delay_ms, size_bytes`;

/** Parses an order. Returns a text that explains the mistake when there is one. */
export function parseFaultOrder(input: unknown): Omit<Fault, 'id'> | string {
  const parsed = v.safeParse(FaultOrderSchema, withNamedAnswer(inOurSpelling(input)));
  if (!parsed.success) {
    const [issue] = parsed.issues;
    return `${v.getDotPath(issue) ?? 'The fault'}: ${issue.message}. ${EXPECTED}`;
  }
  const kind = parsed.output.kind ?? kindOf(parsed.output);
  if (kind === undefined) return `The fault says neither what status nor what kind. ${EXPECTED}`;
  // A slow answer without a time wouldn't be a fault.
  const delayMs = kind === 'slow' && parsed.output.delay_ms === 0 ? DEFAULT_SLOW_MS : parsed.output.delay_ms;
  const { answer: _, ...fault } = parsed.output;
  return { ...fault, kind, delay_ms: delayMs, remaining: fault.times };
}

/** The order's own members override those of the named answer. */
function withNamedAnswer(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || !('answer' in input)) return input;
  const { answer } = input;
  return typeof answer === 'string' && Object.hasOwn(NAMED_ANSWERS, answer)
    ? { ...NAMED_ANSWERS[answer], ...input }
    : input;
}

function kindOf({ status, delay_ms }: { status?: number | undefined; delay_ms: number }): FaultKind | undefined {
  if (status !== undefined) return 'status';
  return delay_ms > 0 ? 'slow' : undefined;
}

/** Accepts other clear spellings: `{"reset": true}`, `{"fault": "reset"}`, `{"type": "accept-then-reset"}`. */
function inOurSpelling(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  return Object.fromEntries(
    Object.entries(input)
      .filter(([name, value]) => !(isKind(spelled(name)) && value === false))
      .map(([name, value]: [string, unknown]) => {
        if (value === true && isKind(spelled(name))) return ['kind', spelled(name)];
        if (!['kind', 'fault', 'type'].includes(name) || typeof value !== 'string') return [name, value];
        return ['kind', spelled(value)];
      }),
  );
}

const SYNONYMS: Readonly<Record<string, string>> = { timeout: 'hang', delay: 'slow' };

function spelled(name: string): string {
  const snake = name.replaceAll('-', '_').replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return SYNONYMS[snake] ?? snake;
}

const isKind = (name: string): boolean => FAULT_KINDS.some((kind) => kind === name);
