import { STATUS_CODES } from 'node:http';

import { type SandboxResponse, html, json } from '../response.ts';
import type { Fault } from './fault.ts';

/** The outcome of a call: an answer, or a connection that ends without one. */
export type Outcome = { kind: 'answer'; answer: SandboxResponse } | { kind: 'reset' } | { kind: 'hang' };

/** Applies a fault. LinkedIn's own answer is computed only when the fault needs it, after `delay_ms`. */
export function faultyAnswer(fault: Fault, askLinkedIn: () => SandboxResponse): Outcome {
  switch (fault.kind) {
    case 'reset':
      return { kind: 'reset' };
    case 'hang':
      return { kind: 'hang' };
    case 'slow':
      return { kind: 'answer', answer: askLinkedIn() };
    case 'accept_then_reset':
      askLinkedIn();
      return { kind: 'reset' };
    case 'accept_then_status':
      askLinkedIn();
      return answered(fault, statusAnswer(fault, 504));
    case 'status':
      return answered(fault, statusAnswer(fault, 500));
    case 'html':
      return answered(fault, html(fault.status ?? 502, typeof fault.body === 'string' ? fault.body : HTML_ERROR));
    case 'redirect':
      return answered(fault, {
        status: fault.status ?? 302,
        headers: { Location: '/_sandbox/redirected', 'Content-Length': '0' },
        body: '',
      });
    case 'huge':
      return answered(
        fault,
        json(fault.status ?? 500, { message: 'x'.repeat(fault.size_bytes), status: fault.status ?? 500 }),
      );
  }
}

function answered({ headers }: Fault, answer: SandboxResponse): Outcome {
  return { kind: 'answer', answer: { ...answer, headers: { ...answer.headers, ...headers } } };
}

function statusAnswer({ status: wanted, body }: Fault, fallback: number): SandboxResponse {
  const status = wanted ?? fallback;
  if (status === 204 || status === 304) return { status, headers: {}, body: '' };
  if (typeof body === 'string') return { status, headers: { 'Content-Type': 'text/plain; charset=utf-8' }, body };
  return json(status, body ?? LINKEDIN_BODIES[status] ?? { message: STATUS_CODES[status] ?? 'Unknown', status });
}

/** LinkedIn's bodies for these statuses. Other statuses get its usual shape. */
const LINKEDIN_BODIES: Readonly<Record<number, unknown>> = {
  401: { status: 401, serviceErrorCode: 65600, code: 'INVALID_ACCESS_TOKEN', message: 'Invalid access token' },
  403: { message: 'No ad accounts found', status: 403 },
  404: { status: 404, code: 'RESOURCE_NOT_FOUND', message: 'No virtual resource found' },
  426: { status: 426, code: 'NONEXISTENT_VERSION', message: 'Requested version 20260901 is not active' },
  429: { message: 'Resource level throttle limit for calls to this resource is reached.', status: 429 },
};

const HTML_ERROR = `<!DOCTYPE html>
<html><head><title>502 Bad Gateway</title></head>
<body><center><h1>502 Bad Gateway</h1></center><hr><center>ATS</center></body></html>
`;
