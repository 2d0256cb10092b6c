import { isWorthStoring, takeAllowance } from '../../domain/collect/event-allowance.ts';
import type { Allowance } from '../../domain/collect/event-allowance.ts';

/** The source's `max_events_per_minute` is used up: nothing was stored. */
export type TooFast = { kind: 'too_fast'; retryAfterMs: number };

/**
 * How many events a source may still send. Pages and servers have separate allowances, so that a stranger with the write
 * key can't use up that of a server key. An allowance that is nearly full is only in memory; see `isWorthStoring`.
 */
export class Allowances {
  readonly #kv: Pick<SyncKvStorage, 'get' | 'put'>;
  readonly #known = new Map<'page' | 'server', Allowance>();

  constructor(kv: Pick<SyncKvStorage, 'get' | 'put'>) {
    this.#kv = kv;
  }

  /** Takes events from an allowance. Returns undefined when there was enough. */
  take(sender: 'page' | 'server', { perMinute, events }: { perMinute: number; events: number }): TooFast | undefined {
    const known = this.#known.get(sender) ?? this.#kv.get<Allowance>(`allowance:${sender}`);
    const taken = takeAllowance(known, { perMinute, events, nowMs: Date.now() });
    if (taken.kind === 'too_fast') return taken;
    this.#known.set(sender, taken.allowance);
    if (isWorthStoring(taken.allowance, perMinute)) this.#kv.put(`allowance:${sender}`, taken.allowance);
    return undefined;
  }
}
