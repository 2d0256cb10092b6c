/**
 * Prints what each use costs on Cloudflare: the counters of test/platform, multiplied by the price list. The result is
 * counted, not measured, so it doesn't depend on the machine.
 */
import { aSite } from '../platform/a-site.ts';
import { priceOfAMillion, PRICES } from '../platform/prices.ts';
import {
  aViewersHour,
  busyLeads,
  idleLeads,
  idlePageViews,
  LINKEDIN_MS,
  type Measured as Counted,
} from '../platform/scenarios.ts';
import { startPlatform, type Platform } from '../platform/start-platform.ts';
import type { Spent } from '../platform/world/meter.ts';
import type { Measured } from './bench.ts';
import type { Row } from './table.ts';

const SIZES = [1, 10, 100];

export async function benchCost(): Promise<Measured> {
  const platform = await startPlatform();
  try {
    return {
      title: `For each event, with ${LINKEDIN_MS} ms for LinkedIn; dollars a million by the price list of ${PRICES.readOn}, without CPU`,
      rows: await rows(platform),
    };
  } finally {
    await platform.stop();
  }
}

async function rows(platform: Platform): Promise<Row[]> {
  const site = await aSite(platform);
  const found: Row[] = [];
  for (const [what, run] of [
    ['lead, idle', idleLeads],
    ['lead, busy', busyLeads],
    ['page view, idle', idlePageViews],
  ] as const)
    for (const size of SIZES) {
      const { eachEvent }: Counted = await run(platform, site, size);
      found.push(rowOf(what, size, eachEvent));
    }
  found.push(rowOf("a viewer's hour", 1, await aViewersHour(platform, site, 330_000)));
  return found;
}

function rowOf(what: string, size: number, spent: Spent): Row {
  return {
    use: what,
    'events a request': size,
    'rows read': rounded(spent.rowsRead),
    'rows written': rounded(spent.rowsWritten),
    'object calls': rounded(spent.objectRequests),
    'KV reads': rounded(spent.kvReads),
    'KV writes': rounded(spent.kvWrites),
    'object ms': rounded(spent.busyMs),
    '$ a million': rounded(priceOfAMillion(spent)),
  };
}

const rounded = (value: number): number => Math.round(value * 100) / 100;
