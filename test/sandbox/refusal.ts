import { type Answer, json } from './answer.ts';

/** A request that LinkedIn would turn down: thrown anywhere while it is being judged, answered in one place. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(answer.body);
    this.answer = answer;
  }
}

/** What LinkedIn's gateway says: it stands before every resource, and marks its answers with a header of its own. */
export function gatewayRefusal(body: {
  status: number;
  serviceErrorCode?: number;
  code: string;
  message: string;
}): Refusal {
  const { status, serviceErrorCode, code, message } = body;
  const ordered =
    serviceErrorCode === undefined ? { status, code, message } : { status, serviceErrorCode, code, message };
  return new Refusal(json(status, ordered, { 'X-Restli-Gateway-Error': 'true' }));
}

/** What a resource behind the gateway says. */
export function resourceRefusal(status: number, message: string): Refusal {
  return new Refusal(json(status, { message, status }));
}

/** What the ad account and campaign resources say since their error shape of 2024. */
export function adsRefusal(status: number, { field, code, message }: { field: string; code: string; message: string }) {
  return new Refusal(
    json(status, {
      status,
      code,
      message,
      errorDetailType: 'com.linkedin.common.error.BadRequest',
      errorDetails: { inputErrors: [{ description: message, input: { inputPath: { fieldPath: field } }, code }] },
    }),
  );
}

/** What OAuth says. */
export function oauthRefusal(status: number, error: string, description: string): Refusal {
  return new Refusal(json(status, { error, error_description: description }));
}
