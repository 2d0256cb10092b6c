import type { Spent, Unit } from './world/meter.ts';

/** Cloudflare's list prices beyond what the plans include, in dollars for a million, and the day on which they were read. */
export const PRICES = {
  readOn: '2026-11-29',
  pages: [
    'https://developers.cloudflare.com/workers/platform/pricing/',
    'https://developers.cloudflare.com/durable-objects/platform/pricing/',
    'https://developers.cloudflare.com/kv/platform/pricing/',
  ],
  perMillion: {
    requests: 0.3,
    objectRequests: 0.15,
    rowsRead: 0.001,
    rowsWritten: 1,
    kvReads: 0.5,
    kvWrites: 5,
    kvDeletes: 5,
    kvLists: 5,
    // Counted as a row when it is set, and as a call when it runs.
    alarms: 0,
    fetches: 0,
    // An object in memory counts as 128 MB, at $12.50 for a million GB-seconds.
    busyMs: (0.128 / 1_000) * 12.5,
  } satisfies Record<Unit, number>,
  perMillionCpuMs: 0.02,
} as const;

/** What Workers Free includes each day. Beyond it, operations of that kind fail until 00:00 UTC. */
export const FREE_A_DAY = {
  requests: 100_000,
  objectRequests: 100_000,
  rowsRead: 5_000_000,
  rowsWritten: 100_000,
  kvReads: 100_000,
  kvWrites: 1_000,
  kvDeletes: 1_000,
  kvLists: 1_000,
  /** 13,000 GB-seconds, with 128 MB for each object. */
  busyMs: (13_000 / 0.128) * 1_000,
} as const;

/** Returns the price of a million times these costs, in dollars. */
export function priceOfAMillion(spent: Spent, cpuMs = 0): number {
  const units = Object.entries(PRICES.perMillion) as [Unit, number][]; // oxlint-disable-line typescript/no-unsafe-type-assertion
  return units.reduce((sum, [unit, price]) => sum + spent[unit] * price, cpuMs * PRICES.perMillionCpuMs);
}
