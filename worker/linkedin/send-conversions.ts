import type { Answer } from '../domain/delivery/delivery-failure.ts';
import { conversionAnswer } from './conversion-answer.ts';
import { redact } from './errors/redact.ts';
import { sentValues } from './errors/sent-values.ts';
import { readLimited } from './read-limited.ts';
import { requestHeaders } from './request-headers.ts';

/** LinkedIn's limit per request. https://learn.microsoft.com/linkedin/marketing/integrations/ads-reporting/conversions-api (read 2026-09) */
export const MAX_BATCH_EVENTS = 5_000;

/** LinkedIn publishes no time for its answer; what takes longer counts as unanswered. */
const TIMEOUT_MS = 10_000;

/** 5,000 statuses with an error text each. */
const MAX_ANSWER_BYTES = 1024 * 1024;

export type SentBatch = {
  answer: Answer;
  /** Undefined when there was no answer. */
  status: number | undefined;
};

export type ConversionRequest = {
  apiUrl: string;
  token: string;
  /** `YYYYMM` */
  version: string;
  /** Elements as JSON texts, all of one rule. */
  elements: readonly string[];
};

/** Sends one batch of conversion events and says what LinkedIn made of it. It never throws: no answer is an answer too. */
export async function sendConversions(
  { apiUrl, token, version, elements }: ConversionRequest,
  { fetch, now }: { fetch: typeof globalThis.fetch; now: () => number },
): Promise<SentBatch> {
  try {
    const response = await fetch(`${apiUrl}/rest/conversionEvents`, {
      method: 'POST',
      headers: { ...requestHeaders({ token, version }), 'X-RestLi-Method': 'BATCH_CREATE' },
      body: `{"elements":[${elements.join(',')}]}`,
      // A redirect would take the token somewhere else (measured: workerd sends it along).
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    const { status, headers } = response;
    const text = await readBody(response);
    return {
      status,
      answer: conversionAnswer(
        { status, headers, text },
        { batchSize: elements.length, nowMs: now(), scrub: scrubber({ token, elements }) },
      ),
    };
  } catch (error) {
    // A reset before and one after LinkedIn took the batch look alike from here (measured), so all of it may have arrived.
    const why = error instanceof Error ? `${error.name}: ${error.message}` : 'no answer';
    return { status: undefined, answer: { kind: 'unavailable', message: redact(why) } };
  }
}

/** Looks for what was sent only where LinkedIn has something to say: a batch has thousands of values. */
function scrubber({ token, elements }: { token: string; elements: readonly string[] }): (text: string) => string {
  let sent: Set<string> | undefined;
  return (text) => {
    if (text === '') return text;
    sent ??= sentValues(elements).add(token);
    return redact(text, sent);
  };
}

/** A body that breaks off leaves its status standing: a 200 means that LinkedIn has the events, whatever followed. */
async function readBody(response: Response): Promise<string> {
  try {
    return await readLimited(response, MAX_ANSWER_BYTES);
  } catch {
    return '';
  }
}
