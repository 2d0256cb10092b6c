import { type Answer, json } from './response.ts';

/** A request that LinkedIn would refuse: thrown anywhere during its checks, and answered in one place. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(answer: Answer) {
    super(answer.body);
    this.answer = answer;
  }
}

/** A refusal by LinkedIn's gateway, which comes before every resource and marks its answers with its own header. */
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

/** A refusal by a resource behind the gateway. */
export function resourceRefusal(status: number, message: string): Refusal {
  return new Refusal(json(status, { message, status }));
}

/** A refusal by the ad account and campaign resources, in their error format since 2024. */
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

/** A refusal by OAuth. */
export function oauthRefusal(status: number, error: string, description: string): Refusal {
  return new Refusal(json(status, { error, error_description: description }));
}
