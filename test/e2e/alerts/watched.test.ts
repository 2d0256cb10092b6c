/**
 * Tests how monitors outside see an instance, what it learns about LinkedIn's versions, and the incidents whose causes
 * can be created and fixed in seconds. Causes that need hours or weeks are tested with a simulated clock in
 * test/unit/domain/incidents and test/unit/objects/alerts-engine.test.ts.
 */
import parsePrometheus from 'parse-prometheus-text-format';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type LocalProduct, startLocalProduct } from '../../support/local-product.ts';
import { aConnection, bodyOf, dataOf } from '../management/a-connection.ts';

type Connection = Awaited<ReturnType<typeof aConnection>>;

let product: LocalProduct;
beforeAll(async () => {
  product = await startLocalProduct();
  // LinkedIn has released a version since this release, and retires one earlier than it had said.
  product.sandbox.setState({ versions: { '202611': '2027-11-15' }, sunset: ['202601'] });
});
afterAll(() => product.stop());

const ask = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${product.url}${path}`, { headers: { Authorization: `Bearer ${product.adminToken}`, ...headers } });

/** Reads the metrics as an old Prometheus does. Returns a metric's numbers by its labels. */
async function scraped(name: string): Promise<Record<string, number>> {
  const response = await ask('/v1/admin/metrics', { Accept: 'text/plain;version=0.0.4;q=0.5,*/*;q=0.1' });
  expect(response.headers.get('Content-Type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  const metrics = parsePrometheus(await response.text()).find((family) => family.name === name)?.metrics ?? [];
  return Object.fromEntries(
    metrics.map(({ labels = {}, value }) => [Object.values(labels).filter(Boolean).join(' '), Number(value)]),
  );
}

const anOrder = (index = 0) => ({
  type: 'track',
  event: 'Order Completed',
  messageId: `order-${index}`,
  properties: { email: `person${index}@example.com`, value: 100, currency: 'EUR' },
  context: { consent: { categoryPreferences: { advertising: true } } },
});
const orders = (count: number) => Array.from({ length: count }, (_, index) => anOrder(index));

/** A token from Campaign Manager: it isn't renewed, and has a limiter of its own. */
const direct = (token: string) => ({
  access_token: token,
  refresh_token: null,
  oauth_client_id: null,
  oauth_client_secret: null,
});
const collect = (connection: Connection, count = 1) =>
  product.collect({ batch: orders(count) }, { writeKey: connection.writeKey });
const change = ({ ask: admin }: Connection, body: object) => admin('', { method: 'PATCH', body });
const withToken = (connection: Connection) => change(connection, { config: { access_token: 'tok-ok' } });

/** Sends events from another site than the source allows. */
async function fromElsewhere({ writeKey }: Connection): Promise<void> {
  const response = await fetch(`${product.url}/v1/batch`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: 'https://elsewhere.example' },
    body: JSON.stringify({ writeKey, batch: orders(60) }),
  });
  expect(response.status).toBe(403);
}

type Kind = {
  cause: string;
  severity: 'warning' | 'critical';
  setting?: { config?: object; source?: object };
  open: (connection: Connection) => Promise<unknown>;
  solve: (connection: Connection) => Promise<unknown>;
};

const KINDS: readonly Kind[] = [
  {
    cause: 'credentials_missing',
    severity: 'critical',
    setting: { config: { access_token: null, refresh_token: null } },
    open: collect,
    solve: withToken,
  },
  {
    cause: 'access_denied',
    severity: 'critical',
    setting: { config: direct('tok-noscope') },
    open: collect,
    solve: withToken,
  },
  {
    cause: 'version_retired',
    severity: 'warning',
    setting: { config: { linkedin_version: '202511' } },
    open: collect,
    solve: (connection) => change(connection, { config: { linkedin_version: '202609' } }),
  },
  {
    cause: 'rule_held',
    severity: 'critical',
    setting: { config: { conversion_rule_id: { 'Order Completed': '987001' } } },
    open: async (connection) => {
      product.sandbox.setState({ rules: { '987001': { enabled: false } } });
      await collect(connection);
    },
    solve: async (connection) => {
      product.sandbox.setState({ rules: { '987001': { enabled: true } } });
      await connection.ask('/replay', { body: { filter: {} } });
    },
  },
  {
    cause: 'refused_unknown',
    severity: 'critical',
    open: async (connection) => {
      product.sandbox.fault({ status: 451, body: { status: 451, message: 'No' }, path: '/rest/conversionEvents' });
      await collect(connection);
    },
    solve: (connection) => connection.ask('/replay', { body: { filter: {} } }),
  },
  {
    cause: 'deliveries_failing',
    severity: 'warning',
    open: async (connection) => {
      const message = 'Conversion time should be within 90 days, indices [0, 1, 2, 3, 4, 5] (0-indexed)';
      product.sandbox.fault({ status: 400, body: { status: 400, message }, path: '/rest/conversionEvents' });
      await collect(connection, 6);
    },
    solve: (connection) => connection.ask('/replay', { body: { filter: {} } }),
  },
  {
    cause: 'traffic_refused',
    severity: 'warning',
    setting: { source: { allowed_origins: ['https://www.example.com'] } },
    open: fromElsewhere,
    solve: ({ sourceId }) =>
      product.admin(`/sources/${sourceId}`, {
        method: 'PATCH',
        body: { allowed_origins: ['https://www.example.com', 'https://elsewhere.example'] },
      }),
  },
  {
    cause: 'connection_held',
    severity: 'warning',
    setting: { config: { access_token: null, refresh_token: null } },
    open: async (connection) => {
      await collect(connection);
      await change(connection, { enabled: false });
    },
    solve: async (connection) => {
      await withToken(connection);
      await change(connection, { enabled: true });
    },
  },
];

/** The causes that are open for a connection's source. */
async function openFor({ sourceId }: Connection): Promise<[unknown, unknown][]> {
  const listed = dataOf(await product.admin(`/incidents?state=open&source_id=${sourceId}`));
  return listed.map(({ cause, severity }) => [cause, severity]);
}

describe('a running instance', () => {
  let connections: { kind: Kind; connection: Connection }[];
  /** The scrape before anything happened. */
  let before: Record<string, number>;

  it('says to a monitor that it runs, once the cron trigger has come', async () => {
    const early = await ask('/healthz?deep=1');
    expect(early.status).toBe(503);
    expect(await early.json()).toMatchObject({
      type: 'urn:directflight:problem:not_running',
      detail: 'The cron trigger has not run yet. It first runs within five minutes of a deploy.',
    });
    await product.runCron();

    const then = await ask('/healthz?deep=1');

    expect(then.status).toBe(200);
    expect(await then.json()).toMatchObject({ status: 'ok', sources: 1, oldest_waiting: null });
    expect((await fetch(`${product.url}/healthz?deep=1`)).status).toBe(401);
  });

  it('learns from LinkedIn which versions it answers with, and uses it', async () => {
    const connection = await aConnection(product, { config: { linkedin_version: '202601' } });

    await expect
      .poll(
        async () => {
          await product.runCron();
          return dataOf(await product.admin(`/incidents?state=open&source_id=${connection.sourceId}`)).flatMap(
            ({ parts }) => parts,
          );
        },
        { interval: 200 },
      )
      .toMatchObject([{ detail: 'LinkedIn no longer answers with 202601. The newest is 202611.' }]);
    await product.admin(`/integrations/${connection.id}`, { method: 'DELETE' });
  });

  it('opens an incident for each cause', async () => {
    connections = await Promise.all(
      KINDS.map(async (kind) => ({ kind, connection: await aConnection(product, kind.setting) })),
    );
    before = await scraped('directflight_events_total');
    // One after the other: a fault is for the next request.
    for (const { kind, connection } of connections) {
      await kind.open(connection);
      await expect
        .poll(
          async () => {
            await product.runCron();
            return openFor(connection);
          },
          { interval: 100 },
        )
        .toEqual([[kind.cause, kind.severity]]);
    }
  });

  it('shows in its health check what waits, without failing', async () => {
    const response = await ask('/healthz?deep=1');

    expect(response.status).toBe(200);
    const { sources, oldest_waiting: oldest } = Object(await response.json());
    expect(sources).toBe(2 + KINDS.length);
    expect(oldest).toMatchObject({ held: true });
    expect(oldest.seconds).toBeLessThan(120);
  });

  it('counts for Prometheus what happened since the first scrape', async () => {
    const of = (cause: string): Connection => {
      const found = connections.find(({ kind }) => kind.cause === cause);
      if (found === undefined) throw new Error(`No connection has ${cause}`);
      return found.connection;
    };
    const failing = of('deliveries_failing');
    const held = of('credentials_missing');

    expect(before).toEqual({});
    await expect
      .poll(() => scraped('directflight_events_total'), { interval: 500 })
      .toMatchObject({ [`${failing.sourceId} for_conversion`]: 6, [`${held.sourceId} for_conversion`]: 1 });
    expect(await scraped('directflight_requests_total')).toMatchObject({
      [`${failing.sourceId} ${failing.id} elements_refused`]: 1,
      // Directflight already knows that LinkedIn no longer has the version, so a newer one is tried at once.
      [`${of('version_retired').sourceId} ${of('version_retired').id} accepted`]: 1,
    });
    expect(await scraped('directflight_requested_conversions_total')).toMatchObject({
      [`${failing.sourceId} ${failing.id} elements_refused`]: 6,
    });
    expect((await scraped('directflight_open_incidents'))['critical']).toBeGreaterThanOrEqual(4);
  });

  it('answers in OpenMetrics too, with no personal data', async () => {
    const response = await ask('/v1/admin/metrics', {
      Accept: 'application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3',
    });
    const text = await response.text();

    expect(response.headers.get('Content-Type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
    expect(text.endsWith('\n# EOF\n')).toBe(true);
    expect(text).not.toMatch(/example|person|order-|tok-/);
  });

  it('closes each incident when its cause is solved', async () => {
    for (const { kind, connection } of connections) await kind.solve(connection);
    await expect
      .poll(
        async () => {
          await product.runCron();
          const open = await Promise.all(connections.map(({ connection }) => openFor(connection)));
          return open.flat();
        },
        { interval: 200 },
      )
      .toEqual([]);
    const closed = dataOf(await product.admin('/incidents?state=closed'));
    const causes = closed.map(({ cause }) => cause);
    expect(causes).toEqual(expect.arrayContaining(KINDS.map(({ cause }) => cause)));
    // Deliveries that were being sent during a check are not stuck.
    expect(causes).not.toContain('queue_stuck');
    expect(bodyOf(await product.admin('/incidents?state=open'))).toMatchObject({ data: [] });
  });
});
