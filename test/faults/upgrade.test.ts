/**
 * Upgrades as docs/how-to/upgrade.md promises them, with real workerd on one state folder: an older version is filled,
 * upgraded, rolled back under load, and upgraded again. `test/fixtures/make-version.ts` built the older versions.
 */
import { setTimeout as wait } from 'node:timers/promises';

import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { Instance } from '../../cli/instance.ts';
import { checkUpgrade } from '../../cli/upgrade-check.ts';
import { seedDemo } from '../../scripts/seed-demo.ts';
import { VERSION } from '../../worker/schema/version.ts';
import { FORMER } from '../fixtures/former-version.ts';
import { type Sandbox, startSandbox } from '../sandbox/start.ts';
import { UpgradedInstance, olderVersion, thisVersion } from '../support/versions.ts';
import type { Version } from '../support/versions.ts';

const ADMIN_TOKEN = 'test-admin-token';
const SENDERS = 2;

let now: Version;
let sandbox: Sandbox;
let instance: UpgradedInstance;

beforeAll(async () => {
  now = await thisVersion();
});

beforeEach(async () => {
  sandbox = await startSandbox();
  instance = await UpgradedInstance.make({
    ADMIN_TOKEN,
    ENCRYPTION_KEY: 'AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=',
    LINKEDIN_API_URL: sandbox.url,
    LINKEDIN_AUTH_URL: sandbox.url,
  });
});
afterEach(async () => {
  await instance.stop();
  await sandbox.close();
});

type Call = { key?: string; body?: object };

async function ask(path: string, { key = ADMIN_TOKEN, body }: Call = {}): Promise<Response> {
  return fetch(`${instance.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json', Connection: 'close' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
}

async function admin(path: string, call: Call = {}): Promise<object> {
  const response = await ask(`/v1/admin${path}`, call);
  expect({ path, isOk: response.ok }).toEqual({ path, isOk: true });
  return Object(await response.json());
}

function aBatch(messageId: string): object[] {
  return [
    { type: 'track', event: 'Lead Generated', messageId, properties: { email: `${messageId}@example.com` } },
    { type: 'page', messageId: `${messageId}-page` },
  ];
}

async function isAcknowledged(messageId: string, key = 'wk_demo'): Promise<boolean> {
  try {
    return (await ask('/v1/batch', { key, body: { batch: aBatch(messageId) } })).status === 200;
  } catch {
    // No version runs at this moment.
    return false;
  }
}

/** The IDs of all conversions that were accepted. */
const acknowledged = new Set<string>();
beforeEach(() => acknowledged.clear());

async function sendSome(name: string, key?: string): Promise<void> {
  const ids = Array.from({ length: 5 }, (_, index) => `${name}-${index}`);
  expect(await Promise.all(ids.map((id) => isAcknowledged(id, key)))).not.toContain(false);
  for (const id of ids) acknowledged.add(id);
}

/** Sends each batch again until it gets a 200, as the tag and the SDKs do. */
function startLoad(): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const sender = async (name: string): Promise<void> => {
    for (let count = 0; !stopping.signal.aborted; count += 1) {
      while (!(await isAcknowledged(`${name}-${count}`))) await wait(50);
      acknowledged.add(`${name}-${count}`);
      await wait(20);
    }
  };
  const senders = Array.from({ length: SENDERS }, (_, index) => sender(`sender${index}`));
  return {
    async stop() {
      stopping.abort();
      await Promise.all(senders);
    },
  };
}

const arrivals = (): string[] => sandbox.events.map(({ element }) => String(element['eventId']));
const missing = (): string[] => [...acknowledged.difference(new Set(arrivals()))];
const twice = (): string[] => arrivals().filter((id, index, all) => all.indexOf(id) !== index);

const moreArrive = async (): Promise<void> => {
  const before = arrivals().length;
  await expect.poll(() => arrivals().length, { timeout: 30_000 }).toBeGreaterThan(before + 10);
};

const moreAreAccepted = async (): Promise<void> => {
  const before = acknowledged.size;
  await expect.poll(() => acknowledged.size).toBeGreaterThan(before + 10);
};

/**
 * LinkedIn answers 503 from now on. Resolves when no request is on its way whose answer could get lost at a restart: such
 * a request is sent again, so its events would arrive twice.
 */
async function failLinkedIn(): Promise<void> {
  const before = sandbox.requests.length;
  sandbox.fault({ status: 503, times: 1_000_000, path: '/rest/conversionEvents' });
  await expect.poll(() => sandbox.requests.slice(before).some(({ status }) => status === 503)).toBe(true);
}

const repairLinkedIn = (): Promise<Response> => fetch(`${sandbox.url}/_sandbox/faults`, { method: 'DELETE' });

const upgradeCheck = (): ReturnType<typeof checkUpgrade> =>
  checkUpgrade(new Instance({ DIRECTFLIGHT_URL: instance.url, DIRECTFLIGHT_TOKEN: ADMIN_TOKEN }), undefined);

/** What a person sees of the settings and the counts. */
async function whatIsThere(): Promise<Record<'sources' | 'integrations' | 'ledger', object>> {
  const [sources, integrations, ledger] = await Promise.all([
    admin('/sources'),
    admin('/integrations'),
    admin('/sources/src_demo/ledger'),
  ]);
  return { sources, integrations, ledger };
}

/** Everything that was accepted has been delivered once, and the ledger says so. */
async function expectAllDeliveredOnce(): Promise<void> {
  await expect.poll(missing, { timeout: 60_000 }).toEqual([]);
  expect(twice()).toEqual([]);
  await expect
    .poll(counts, { timeout: 30_000 })
    .toEqual({ balanced: true, delivered: acknowledged.size, noMapping: acknowledged.size, others: 0 });
}

/** A request whose answer was lost at a restart was sent again, and counts as a duplicate then. */
async function counts(): Promise<object> {
  const { balanced, totals } = Object(await admin('/sources/src_demo/ledger'));
  const { received, delivered, skipped } = totals;
  const { no_mapping: noMapping, duplicate = 0 } = skipped;
  return { balanced, delivered, noMapping, others: received - delivered - noMapping - duplicate };
}

describe('the version before', () => {
  it('is upgraded, rolled back and upgraded again under load: nothing is lost, sent twice, or counted otherwise', async () => {
    const before = await olderVersion(FORMER);
    await instance.deploy(before);
    await seedDemo({ url: instance.url, adminToken: ADMIN_TOKEN });
    const { token } = Object(
      await admin('/tokens', { body: { name: 'Viewer', role: 'viewer', source_ids: ['src_demo'] } }),
    );
    const { key: serverKey } = Object(await admin('/sources/src_demo/server-keys', { body: { name: 'Shop' } }));
    await sendSome('delivered');
    await expect.poll(missing).toEqual([]);
    await sendSome('waiting');
    await failLinkedIn();
    const known = await whatIsThere();
    expect(await upgradeCheck()).toMatchObject({
      from: FORMER,
      objects: { added: expect.arrayContaining(['Alerts']), missing: [] },
      findings: expect.arrayContaining([
        expect.objectContaining({ code: 'waiting', title: '5 conversions are not sent yet' }),
      ]),
    });

    await instance.deploy(now);

    expect(await whatIsThere()).toMatchObject(known);
    await admin('/sources', { key: token });
    await sendSome('server', serverKey);
    expect(await upgradeCheck()).toMatchObject({ from: VERSION, to: VERSION, tables: [], settings: { gone: [] } });
    const load = startLoad();

    await instance.deploy(before);
    await moreAreAccepted();
    await repairLinkedIn();
    await moreArrive();

    await failLinkedIn();
    await instance.deploy(now);
    await repairLinkedIn();
    await moreAreAccepted();
    await load.stop();

    await expectAllDeliveredOnce();
    await admin('/sources', { key: token });
  });
});

describe('the first build of 0.1, which has neither a tally nor pages of keys', () => {
  it('is upgraded: what waited is delivered once, with its settings and counts', async () => {
    await instance.deploy(await olderVersion('0.1.0-first'));
    await seedDemo({ url: instance.url, adminToken: ADMIN_TOKEN });
    await sendSome('waiting');
    await failLinkedIn();
    const { sources, integrations } = await whatIsThere();

    await instance.deploy(now);

    expect(await whatIsThere()).toMatchObject({ sources, integrations });
    await repairLinkedIn();
    await sendSome('new');
    await expectAllDeliveredOnce();
  });
});
