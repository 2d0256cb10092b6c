/** Typical uses of the product, to count what they cost. docs/scale.md has the table, `budgets.ts` the limits. */
import { aPageView, anOrder, delivered, send, type Site } from './a-site.ts';
import { unitsOf, type Platform } from './start-platform.ts';
import type { Spent } from './world/meter.ts';

/** LinkedIn's answers take about this long. A tenth of a second would be fast. */
export const LINKEDIN_MS = 300;

/** The wait until the objects have nothing left to do: the last alarm of a delivery is 1 to 2 s after it. */
const SETTLED_MS = 2_500;

const BUSY_SENDERS = 8;

/**
 * The messages of a viewer's connection to the registry, which can't be counted here. Cloudflare charges 20 messages as
 * one call.
 */
const PINGS_AN_HOUR = 400;
const PINGS_A_CALL = 20;

export type Measured = { events: number; spent: Spent; eachEvent: Spent };

/** A source whose objects have already done everything that happens only once, and are not in memory. */
async function rested(platform: Platform, site: Site): Promise<void> {
  await settled();
  for (const binding of ['OUTBOX', 'TALLY'] as const) await platform.evict(binding, site.id);
  await platform.evict('REGISTRY', 'registry');
  await platform.report();
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, SETTLED_MS));

/** One request with leads while nothing else happens, until they are delivered. */
export async function idleLeads(platform: Platform, site: Site, size: number): Promise<Measured> {
  await warm(platform, site);
  await rested(platform, site);
  return measured(platform, size, async () => {
    await sendAndDeliver(platform, site, { requests: 1, size });
  });
}

/** Leads in requests that come one after the other from several visitors, until they are delivered. */
export async function busyLeads(platform: Platform, site: Site, size: number): Promise<Measured> {
  await warm(platform, site);
  await settled();
  await platform.report();
  const requests = size === 1 ? 160 : 32;
  return measured(platform, requests * size, () => sendAndDeliver(platform, site, { requests, size }));
}

/** One request with page views that no rule asks for, while nothing else happens. */
export async function idlePageViews(platform: Platform, site: Site, size: number): Promise<Measured> {
  await send(platform, site, [aPageView()]);
  await rested(platform, site);
  return measured(platform, size, async () => {
    await send(platform, site, Array.from({ length: size }, aPageView));
  });
}

/** Requests that come evenly, as on a site with that much traffic. Returns what each event costs. */
export async function aSteadyMinute(
  platform: Platform,
  site: Site,
  { everyMs, batch }: { everyMs: number; batch: () => Record<string, unknown>[] },
): Promise<Spent> {
  await settled();
  await platform.report();
  const requests = Math.ceil(20_000 / everyMs);
  const { eachEvent } = await measured(platform, requests, async () => {
    for (let sent = 0; sent < requests; sent += 1) {
      const status = await send(platform, site, batch());
      if (status !== 200) throw new Error(`The collector answered ${status}`);
      await new Promise((resolve) => setTimeout(resolve, everyMs));
    }
  });
  return eachEvent;
}

/** A request of the management API. */
export async function aQuestion(platform: Platform, path: string): Promise<Measured> {
  await settled();
  await platform.report();
  return measured(platform, 1, async () => {
    const response = await platform.admin(path);
    await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
  });
}

/** An open live view, and what it has shown so far. */
export type Viewer = { shown: () => string; leave: () => Promise<void> };

/** Opens the live view, and waits until it has shown what happened before. */
export async function aViewer(platform: Platform, site: Site): Promise<Viewer> {
  const stop = new AbortController();
  const { body } = await fetch(`${platform.url}/v1/admin/sources/${site.id}/live`, {
    headers: { Authorization: `Bearer ${platform.adminToken}` },
    signal: stop.signal,
  });
  if (body === null) throw new Error('The live view has no body');
  let text = '';
  const reading = (async (): Promise<void> => {
    for await (const part of body.pipeThrough(new TextDecoderStream())) text += part;
  })().catch(() => undefined);
  await settled();
  return {
    shown: () => text,
    async leave() {
      stop.abort();
      await reading;
    },
  };
}

/** A live view that is open for an hour while nothing happens. The cost is calculated from at least five minutes. */
export async function aViewersHour(platform: Platform, site: Site, watchMs: number): Promise<Spent> {
  const viewer = await aViewer(platform, site);
  await platform.report();
  await new Promise((resolve) => setTimeout(resolve, watchMs));
  const { total } = await platform.report();
  await viewer.leave();
  const hour = times(total, 3_600_000 / watchMs);
  return { ...hour, objectRequests: hour.objectRequests + PINGS_AN_HOUR / PINGS_A_CALL };
}

/** The first event makes the rule queue, the day's key and the trigger set. */
async function warm(platform: Platform, site: Site): Promise<void> {
  await sendAndDeliver(platform, site, { requests: 1, size: 1 });
}

async function sendAndDeliver(
  platform: Platform,
  site: Site,
  { requests, size }: { requests: number; size: number },
): Promise<void> {
  const before = platform.sandbox.events.length;
  platform.sandbox.fault({ path: '/rest/conversionEvents', delay_ms: LINKEDIN_MS, times: 10_000 });
  let left = requests;
  const sender = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const status = await send(platform, site, Array.from({ length: size }, anOrder));
      if (status !== 200) throw new Error(`The collector answered ${status}`);
    }
  };
  await Promise.all(Array.from({ length: Math.min(BUSY_SENDERS, requests) }, sender));
  await delivered(platform, before + requests * size);
}

async function measured(platform: Platform, events: number, work: () => Promise<void>): Promise<Measured> {
  await work();
  await settled();
  const { total } = await platform.report();
  return { events, spent: total, eachEvent: times(total, 1 / events) };
}

function times(spent: Spent, factor: number): Spent {
  const product = { ...spent };
  for (const unit of unitsOf(product)) product[unit] *= factor;
  return product;
}
