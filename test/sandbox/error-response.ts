import { type SandboxResponse, json } from './response.ts';

/** A request that LinkedIn would refuse: thrown anywhere during its checks, and answered in one place. */
export class ErrorResponse extends Error {
  readonly answer: SandboxResponse;

  constructor(answer: SandboxResponse) {
    super(answer.body);
    this.answer = answer;
  }
}

/** A refusal by LinkedIn's gateway, which comes before every resource and marks its answers with its own header. */
export function gatewayError(body: {
  status: number;
  serviceErrorCode?: number;
  code: string;
  message: string;
}): ErrorResponse {
  const { status, serviceErrorCode, code, message } = body;
  const ordered =
    serviceErrorCode === undefined ? { status, code, message } : { status, serviceErrorCode, code, message };
  return new ErrorResponse(json(status, ordered, { 'X-Restli-Gateway-Error': 'true' }));
}

/** A refusal by a resource behind the gateway. */
export function resourceError(status: number, message: string): ErrorResponse {
  return new ErrorResponse(json(status, { message, status }));
}

/** A refusal by the ad account and campaign resources, in their error format since 2024. */
export function adsError(status: number, { field, code, message }: { field: string; code: string; message: string }) {
  return new ErrorResponse(
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
export function oauthError(status: number, error: string, description: string): ErrorResponse {
  return new ErrorResponse(json(status, { error, error_description: description }));
}
