/**
 * Runs a request with a time limit, which ends with the request. `AbortSignal.timeout` does not: its timer would keep a
 * Durable Object in memory, and Cloudflare would charge for that time.
 *
 * @throws TimeoutError, by the signal, when the time is over.
 */
export async function withinTime<Result>(
  ms: number,
  request: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const late = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
  const timer = setTimeout(() => controller.abort(late), ms);
  try {
    return await request(controller.signal);
  } finally {
    clearTimeout(timer);
  }
}
