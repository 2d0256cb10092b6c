import type { BatchResponse } from '../../domain/delivery/delivery-failure.ts';
import { redact } from '../errors/redact.ts';
import { sentValues } from '../errors/sent-values.ts';
import { readLimited } from '../read-limited.ts';
import { requestHeaders } from '../request-headers.ts';
import { withinTime } from '../within-time.ts';
import { readBatchResponse } from './read-batch-response.ts';

/** LinkedIn publishes no response time. A longer request counts as unanswered. */
const TIMEOUT_MS = 10_000;

/** Enough for 5,000 statuses with an error text each. */
const MAX_ANSWER_BYTES = 1024 * 1024;

export type SentBatch = {
  response: BatchResponse;
  /** Undefined when there was no response. */
  status: number | undefined;
};

export type ConversionRequest = {
  apiUrl: string;
  token: string;
  /** `YYYYMM` */
  version: string;
  /** Elements as JSON texts, all for the same rule. */
  elements: readonly string[];
};

/** Sends one batch of conversion events and reads LinkedIn's response. Never throws: a missing response is a result too. */
export async function sendConversions(
  { apiUrl, token, version, elements }: ConversionRequest,
  { fetch, now }: { fetch: typeof globalThis.fetch; now: () => number },
): Promise<SentBatch> {
  try {
    const { status, headers, text } = await withinTime(TIMEOUT_MS, async (signal) => {
      const response = await fetch(`${apiUrl}/rest/conversionEvents`, {
        method: 'POST',
        headers: { ...requestHeaders({ token, version }), 'X-RestLi-Method': 'BATCH_CREATE' },
        body: `{"elements":[${elements.join(',')}]}`,
        // Following a redirect would send the token to another host (measured: workerd sends it along).
        redirect: 'manual',
        signal,
      });
      return { status: response.status, headers: response.headers, text: await readBody(response) };
    });
    return {
      status,
      response: readBatchResponse(
        { status, headers, text },
        { batchSize: elements.length, nowMs: now(), scrub: scrubber({ token, elements }) },
      ),
    };
  } catch (error) {
    // A reset before LinkedIn took the batch and one after it look alike (measured), so all of it may have arrived.
    const why = error instanceof Error ? `${error.name}: ${error.message}` : 'no answer';
    return { status: undefined, response: { kind: 'unavailable', message: redact(why) } };
  }
}

/**
 * Returns a function that removes the sent values from a text. It collects them only when it is called, because a batch
 * has thousands.
 */
function scrubber({ token, elements }: { token: string; elements: readonly string[] }): (text: string) => string {
  let sent: Set<string> | undefined;
  return (text) => {
    if (text === '') return text;
    sent ??= sentValues(elements).add(token);
    return redact(text, sent);
  };
}

/**
 * Reads the body. If it breaks off, the status still counts: a 200 means that LinkedIn has the events, whatever
 * followed.
 */
async function readBody(response: Response): Promise<string> {
  try {
    return await readLimited(response, MAX_ANSWER_BYTES);
  } catch {
    return '';
  }
}
