/**
 * Every incident whose cause needs hours, weeks, a full disk or a platform that fails is opened by that cause and closed
 * by its repair. The clock is moved; everything else is the product on workerd. The causes that need seconds are in
 * test/e2e/alerts/watched.test.ts.
 */
import * as v from 'valibot';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import type { Cause } from '../../worker/schema/alerts/causes.ts';
import { anOrder, aSite, type Site } from './a-site.ts';
import { type Platform, startPlatform } from './start-platform.ts';
import type { RulesChange } from './world/rules.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Days with ordinary traffic, before the day that is examined. */
const USUAL_DAYS = 15;

let platform: Platform;
let rules: RulesChange = {};
let nowMs: number;
beforeAll(async () => {
  platform = await startPlatform({ vars: { DEMO: 'true' } });
  await moveTo(Math.ceil(Date.now() / DAY_MS) * DAY_MS + 10 * HOUR_MS + 5 * MINUTE_MS);
});
afterAll(() => platform.stop());

/** Changes how the platform behaves, until the next change. */
async function behave(change: RulesChange): Promise<void> {
  rules = { ...rules, ...change };
  await platform.rules(rules);
}

async function moveTo(ms: number): Promise<void> {
  nowMs = ms;
  const aheadMs = ms - Date.now();
  platform.sandbox.setState({ clock_offset_ms: aheadMs });
  await behave({ clockAheadMs: aheadMs });
}

const pass = (ms: number): Promise<void> => moveTo(nowMs + ms);

const Incidents = v.object({ data: v.array(v.object({ cause: v.string(), severity: v.string() })) });

async function json(path: string, request?: { method?: string; body?: unknown }): Promise<unknown> {
  const response = await platform.admin(path, request);
  if (!response.ok) throw new Error(`${path}: ${await response.text()}`);
  return response.json();
}

async function openFor({ id }: Site): Promise<string[]> {
  const { data } = v.parse(Incidents, await json(`/incidents?state=open&source_id=${id}`));
  return data.map(({ cause, severity }) => `${cause} ${severity}`).toSorted();
}

/** Waits until these incidents are open for each site. The cron trigger runs again and again in the meantime. */
async function untilOpen(expected: readonly (readonly [Site, readonly string[]])[]): Promise<void> {
  await expect
    .poll(
      async () => {
        await platform.runCron();
        return Promise.all(expected.map(([site]) => openFor(site)));
      },
      { timeout: 30_000, interval: 100 },
    )
    .toEqual(expected.map(([, causes]) => causes));
}

/** Sends orders at the current time, and returns the collector's status. */
async function send({ serverKey }: Site, orders: readonly Order[]): Promise<number> {
  const batch = orders.map((order) => ({ ...order, timestamp: undefined }));
  const answer = await platform.ask('/v1/batch', { body: { batch, consent: { advertising: true } }, key: serverKey });
  await answer.body?.cancel();
  return answer.status;
}

type Order = Record<string, unknown>;

const orders = (count: number, over: Order = {}): Order[] =>
  Array.from({ length: count }, () => ({ ...anOrder(), ...over }));

const change = ({ integrationId }: Site, body: object) =>
  json(`/integrations/${integrationId}`, { method: 'PATCH', body });

/** Connects LinkedIn, like a person who presses Allow. */
async function connect({ integrationId }: Site): Promise<void> {
  const { url } = v.parse(
    v.object({ url: v.string() }),
    await json(`/integrations/${integrationId}/oauth/authorize`, { method: 'POST' }),
  );
  const form = new URLSearchParams([...new URL(url).searchParams, ['decision', 'allow']]);
  const allowed = await fetch(`${platform.sandbox.url}/oauth/v2/authorization`, {
    method: 'POST',
    body: form,
    redirect: 'manual',
  });
  const back = await fetch(allowed.headers.get('Location') ?? '');
  expect(back.status).toBe(200);
  await back.body?.cancel();
}

type Oddity = { cause: Cause; severity: string; usual: () => Order[]; odd: () => Order[] };

const onThePage = (url: string): Order => ({ context: { page: { url } } });
const FROM_A_CLICK = onThePage('https://www.example.com/?li_fat_id=0f4d5b0c-6a3e-4d1c-9c57-6d8a9c1f2b3a');
const WITHOUT_CONSENT: Order = { context: { consent: { categoryPreferences: { advertising: false } } } };
const CHEAP: Order = { properties: { email: 'jane@example.com', total: 1.5, currency: 'USD' } };

/** Each has an event name of its own, which is the name of its cause. */
const ODDITIES: readonly Oddity[] = [
  { cause: 'events_missing', severity: 'critical', usual: () => orders(22), odd: () => [] },
  { cause: 'conversions_low', severity: 'warning', usual: () => orders(42), odd: () => orders(4) },
  {
    cause: 'click_ids_falling',
    severity: 'warning',
    usual: () => [...orders(18, FROM_A_CLICK), ...orders(4)],
    odd: () => orders(102),
  },
  {
    cause: 'consent_falling',
    severity: 'warning',
    usual: () => [...orders(18), ...orders(4, WITHOUT_CONSENT)],
    odd: () => [...orders(10), ...orders(92, WITHOUT_CONSENT)],
  },
  { cause: 'value_falling', severity: 'warning', usual: () => orders(12), odd: () => orders(42, CHEAP) },
];

it('says what is unusual within an hour, and closes it when all is as usual again', { timeout: 240_000 }, async () => {
  const site = await aSite(platform);
  const mapped = Object.fromEntries(ODDITIES.map(({ cause }) => [cause, '1001']));
  await change(site, { config: { conversion_rule_id: mapped } });
  const day = (which: 'usual' | 'odd'): Order[] =>
    ODDITIES.flatMap((oddity) => oddity[which]().map((order) => ({ ...order, event: oddity.cause })));
  for (let days = 0; days < USUAL_DAYS; days += 1) {
    expect(await send(site, day('usual'))).toBe(200);
    await pass(DAY_MS);
  }
  await send(site, day('odd'));
  await pass(HOUR_MS);

  await untilOpen([[site, ODDITIES.map(({ cause, severity }) => `${cause} ${severity}`).toSorted()]]);

  // The next day at the same time, all is well. An oddity is reported for six more hours.
  await pass(23 * HOUR_MS);
  for (let times = 0; times < 5; times += 1) await send(site, day('usual'));
  await pass(7 * HOUR_MS);
  await untilOpen([[site, []]]);
});

type Kind = {
  cause: Cause;
  severity: 'warning' | 'critical';
  /** The other incidents that are open for the same reason. */
  also?: string[];
  config?: object;
  open: (site: Site) => Promise<unknown>;
  repair: (site: Site) => Promise<unknown>;
};

const OTHER_KEY = 'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=';
const USUAL_KEY = 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=';

/** Restarts the objects, as a deploy with other secrets does. */
async function deploy({ id, integrationId }: Site): Promise<void> {
  await Promise.all([platform.evict('OUTBOX', id), platform.evict('CREDENTIALS', integrationId)]);
}

/** Lets LinkedIn answer as usual again. */
function repairLinkedIn(): void {
  const { clock_offset_ms: offset } = platform.sandbox.state;
  platform.sandbox.reset();
  platform.sandbox.setState({ clock_offset_ms: offset });
}

/** Sets the size of the database of a site's outbox. */
async function fill({ id, integrationId }: Site, bytes: number): Promise<void> {
  const read = async (): Promise<number> => {
    const status = await json(`/integrations/${integrationId}/status`);
    return v.parse(v.object({ backlog: v.object({ storage: v.object({ bytes: v.number() }) }) }), status).backlog
      .storage.bytes;
  };
  await behave({ databaseTimes: {} });
  await behave({ databaseTimes: { [id]: bytes / (await read()) } });
}

const APP = { oauth_client_id: 'app-1', oauth_client_secret: 'secret-1' };
/** A token of its own has a limiter of its own. */
const DIRECT = { access_token: 'tok-direct' };

const KINDS: readonly Kind[] = [
  {
    cause: 'linkedin_unreachable',
    severity: 'critical',
    open: async (site) => {
      platform.sandbox.fault({ status: 503, times: 1_000_000, path: '/rest/conversionEvents' });
      await send(site, orders(1));
      for (let attempt = 1; attempt <= 6; attempt += 1) {
        await expect.poll(() => platform.sandbox.requests.length).toBeGreaterThanOrEqual(attempt);
        await pass(2 * MINUTE_MS);
        await platform.runCron();
      }
    },
    repair: async () => {
      repairLinkedIn();
      await pass(2 * MINUTE_MS);
    },
  },
  {
    cause: 'queue_stuck',
    severity: 'critical',
    config: { ...DIRECT, quota_per_day: 1 },
    open: async (site) => {
      await send(site, orders(1));
      await platform.sandbox.waitForEvents(1);
      await send(site, orders(1));
      await pass(6 * HOUR_MS);
    },
    repair: (site) => change(site, { config: { quota_per_day: 1_000 } }),
  },
  {
    cause: 'answers_unconfirmed',
    severity: 'warning',
    open: async (site) => {
      platform.sandbox.fault({ status: 200, body: 'Thanks', path: '/rest/conversionEvents' });
      await send(site, orders(1));
    },
    // They are no longer within the last 24 hours.
    repair: () => pass(25 * HOUR_MS),
  },
  {
    cause: 'encryption_key_missing',
    severity: 'critical',
    open: async (site) => {
      await behave({ encryptionKey: OTHER_KEY });
      await deploy(site);
      await send(site, orders(1));
    },
    repair: async (site) => {
      await behave({ encryptionKey: `${OTHER_KEY},${USUAL_KEY}` });
      await deploy(site);
      await pass(61 * MINUTE_MS);
    },
  },
  {
    cause: 'payload_key_missing',
    severity: 'critical',
    open: async (site) => {
      platform.sandbox.setState({ rules: { '1001': { enabled: false } } });
      await send(site, orders(1));
      await untilOpen([[site, ['rule_held critical']]]);
      platform.sandbox.setState({ rules: { '1001': { enabled: true } } });
      // A new namespace gets the settings, which are published again, but it has no keys.
      await behave({ kv: { absent: ['payload-key:'] } });
      await deploy(site);
      await json(`/integrations/${site.integrationId}/replay`, { method: 'POST', body: { filter: {} } });
      // KV may be behind. After two days it is not.
      await pass(3 * DAY_MS);
    },
    repair: async (site) => {
      await behave({ kv: {} });
      await deploy(site);
      await pass(6 * MINUTE_MS);
    },
  },
  {
    cause: 'outbox_filling',
    severity: 'warning',
    open: (site) => fill(site, 5.7e9),
    repair: () => behave({ databaseTimes: {} }),
  },
  {
    cause: 'outbox_full',
    severity: 'critical',
    also: ['outbox_filling warning'],
    open: async (site) => {
      await fill(site, 8.1e9);
      expect(await send(site, orders(1))).toBe(503);
    },
    repair: async () => {
      await behave({ databaseTimes: {} });
      await pass(61 * MINUTE_MS);
    },
  },
  {
    cause: 'collector_failing',
    severity: 'critical',
    open: async (site) => {
      await behave({ missing: ['OUTBOX.enqueue'] });
      expect(await send(site, orders(1))).toBe(503);
    },
    repair: async () => {
      await behave({ missing: [] });
      await pass(61 * MINUTE_MS);
    },
  },
  {
    cause: 'token_ending',
    severity: 'warning',
    config: APP,
    open: async (site) => {
      // LinkedIn gives most apps a token for 60 days, and nothing to renew it with.
      const body = { access_token: 'tok-ok', expires_in: 60 * 86_400, scope: 'r_ads,rw_conversions' };
      platform.sandbox.fault({ status: 200, body, path: '/oauth/v2/accessToken' });
      await connect(site);
      await pass(50 * DAY_MS);
    },
    repair: connect,
  },
  {
    cause: 'connection_ending',
    severity: 'warning',
    config: APP,
    open: async (site) => {
      // By then, the versions of today are retired.
      platform.sandbox.setState({ versions: { '202709': '2028-09-15' } });
      await connect(site);
      await pass(340 * DAY_MS);
    },
    repair: connect,
  },
];

describe('an incident', () => {
  it.each(KINDS)('$cause opens, and closes after the repair', { timeout: 120_000 }, async (kind) => {
    const { cause, severity, also = [], config = {}, open, repair } = kind;
    const site = await aSite(platform);
    if (Object.keys(config).length > 0) await change(site, { config });
    platform.sandbox.clear();

    await open(site);
    await untilOpen([[site, [...also, `${cause} ${severity}`].toSorted()]]);
    await repair(site);
    await untilOpen([[site, []]]);
  });
});
