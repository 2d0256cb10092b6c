const MINUTE_MS = 60_000;

/**
 * LinkedIn's limits per member token: a sliding minute, and a day that starts at midnight UTC.
 *
 * A request that is refused for its rate doesn't count, so a client that waits always gets through.
 */
export class RateLimiter {
  readonly #minutes = new Map<string, number[]>();
  readonly #days = new Map<string, { day: string; count: number }>();

  /** @returns Whether the request is allowed; if so, it is counted. */
  take(token: string, limits: { now: number; perMinute: number; perDay: number }): boolean {
    const { now, perMinute, perDay } = limits;
    // A clock that was set back leaves times in the future behind, which would never expire.
    const recent = (this.#minutes.get(token) ?? []).filter((at) => at > now - MINUTE_MS && at <= now);
    const day = new Date(now).toISOString().slice(0, 10);
    const last = this.#days.get(token);
    const today = last?.day === day ? last.count : 0;
    this.#minutes.set(token, recent);
    if (recent.length >= perMinute || today >= perDay) return false;

    recent.push(now);
    this.#days.set(token, { day, count: today + 1 });
    return true;
  }

  clear(): void {
    this.#minutes.clear();
    this.#days.clear();
  }
}
