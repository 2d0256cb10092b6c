type Status = 400 | 401 | 403 | 404 | 409 | 413;

/** A request that Cloudflare would refuse, with the code that wrangler reads. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly status: Status;
  readonly code: number;
  readonly meta: unknown;

  constructor(status: Status, code: number, message: string, meta?: unknown) {
    super(message);
    this.status = status;
    this.code = code;
    this.meta = meta;
  }
}

/** Cloudflare's codes as wrangler 4.155 reads them (its `error-codes.ts`, `worker-not-found-error.ts` and `subdomain.ts`). */
export const CODE = {
  authentication: 10_000,
  noRoute: 7003,
  invalidUpload: 10_021,
  workerNotFound: 10_007,
  serviceNotFound: 10_090,
  noSubdomain: 10_007,
  inheritWithoutBinding: 10_057,
  namespaceNotFound: 10_041,
  namespaceTitleTaken: 10_014,
  notADurableObject: 10_061,
  nameInUse: 10_053,
  tooLarge: 10_027,
  exportsReconciliation: 100_402,
  routeTaken: 10_020,
  invalidRequest: 10_400,
  // wrangler reads no code for these.
  versionNotFound: 10_404,
  rollbackRefused: 10_409,
} as const;

/** Refuses an upload whose content is wrong. */
export function invalid(message: string): Refusal {
  return new Refusal(400, CODE.invalidUpload, message);
}
