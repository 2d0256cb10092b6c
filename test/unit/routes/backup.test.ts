/** Backup and restore over HTTP. test/faults/backup-drill.test.ts does it under load, with another instance. */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';

import { open, parseKeyRing } from '../../../worker/domain/sealing/sealed-box.ts';
import { AlertsParts } from '../../../worker/objects/alerts/alerts-parts.ts';
import type { Alerts } from '../../../worker/objects/alerts/alerts.ts';
import type { Outbox } from '../../../worker/objects/outbox/outbox.ts';
import { RegistryEngine } from '../../../worker/objects/registry/registry-engine.ts';
import { NOT_BACKED_UP } from '../../../worker/routes/admin/backup/copied-objects.ts';
import { BACKED_UP_OBJECTS } from '../../../worker/schema/backup.ts';
import config from '../../../wrangler.toml?raw';
import { aToken, adminAs } from '../support/access.ts';
import {
  admin,
  anIntegrationOf,
  anOrder,
  aServerKey,
  aSource,
  ask,
  outcomes,
  problemOf,
  send,
} from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';
import { emptied } from '../support/emptied.ts';
import { noLinkedIn } from '../support/linkedin.ts';

beforeEach(async () => {
  noLinkedIn();
  await emptied();
});

/**
 * A source with everything that a backup may contain: keys, an integration, waiting conversions, page views, refusals,
 * a token.
 */
async function aShop() {
  const source = await aSource({ unknown_consent: 'granted', name: 'Shöp' });
  const integration = await anIntegrationOf(source);
  const serverKey = await aServerKey(source);
  const { token } = await aToken('viewer', { source_ids: [source.id] });
  await send(source, [anOrder({ messageId: 'order-1' }), { type: 'page', name: 'Home', messageId: 'page-1' }]);
  await env.REFUSALS.getByName(source.id).add([{ reason: 'event_invalid', requests: 1, events: 1, names: [] }]);
  return { source, integration, serverKey, token };
}

async function backup(): Promise<string> {
  const response = await admin('/backup');
  expect(response.status).toBe(200);
  return response.text();
}

async function restore(file: string | Uint8Array, query = ''): Promise<Response> {
  return admin(`/restore${query}`, { method: 'POST', body: file, headers: { 'Content-Type': 'application/x-ndjson' } });
}

const NEW_KEY = '//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA=';
const linesOf = (file: string): string[] => file.trimEnd().split('\n');
const fileOf = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join('');
/** Without attempts: on a slow machine, the first one has been made by the second look. */
const statesOf = async (source: MadeSource): Promise<unknown> =>
  (await outcomes(source)).map(({ message_id: id, state, seq, consent }) => ({ id, state, seq, consent }));
const ledgerOf = async (id: string): Promise<unknown> => (await admin(`/sources/${id}/ledger`)).json();

describe('a restored instance', () => {
  it('has the settings, keys, tokens, events, counts and what waits for LinkedIn', async () => {
    const { source, integration, serverKey, token } = await aShop();
    const before = {
      source: await (await admin(`/sources/${source.id}`)).json(),
      integration: await (await admin(`/integrations/${integration.id}`)).json(),
      ledger: await ledgerOf(source.id),
      events: await statesOf(source),
      refusals: await (await admin(`/sources/${source.id}/refusals?hours=24`)).json(),
    };
    const file = await backup();
    await emptied();
    expect((await admin(`/sources/${source.id}`)).status).toBe(404);

    const restored = await restore(file);

    expect(await restored.json()).toEqual({ next_line: linesOf(file).length + 1, is_complete: true });
    expect({
      source: await (await admin(`/sources/${source.id}`)).json(),
      integration: await (await admin(`/integrations/${integration.id}`)).json(),
      ledger: await ledgerOf(source.id),
      events: await statesOf(source),
      refusals: await (await admin(`/sources/${source.id}/refusals?hours=24`)).json(),
    }).toEqual(before);
    expect((await adminAs(token, `/sources/${source.id}`)).status).toBe(200);
    expect(
      (await ask('/v1/track', { body: anOrder(), headers: { Authorization: `Bearer ${serverKey}` } })).status,
    ).toBe(200);
  });

  it('knows which events it had, and accepts new ones', async () => {
    const { source } = await aShop();
    const file = await backup();
    await emptied();
    await restore(file);

    await send(source, [anOrder({ messageId: 'order-1' }), anOrder({ messageId: 'order-2' })]);

    expect((await outcomes(source)).map(({ message_id }) => message_id).toSorted()).toEqual([
      'order-1',
      'order-2',
      'page-1',
    ]);
  });

  it('has an alarm for what waits, and opens its payloads', async () => {
    const { source } = await aShop();
    const file = await backup();
    await emptied();
    await restore(file);

    await runInDurableObject(env.OUTBOX.getByName(source.id), async (outbox: Outbox, { storage }) => {
      expect(await storage.getAlarm()).not.toBeNull();
      const [row] = storage.sql.exec<{ payload: string }>('SELECT payload FROM deliveries').toArray();
      expect(row?.payload).toMatch(/^k\./);
      await outbox.alarm();
      expect(storage.sql.exec('SELECT outcome FROM attempts').toArray()).toHaveLength(1);
    });
  });

  it('continues the audit log', async () => {
    const { source } = await aShop();
    const file = await backup();
    await emptied();
    await restore(file);

    const { data } = await (await admin('/audit-log?limit=200')).json<{ data: { method: string; path: string }[] }>();

    expect(data.map(({ method, path }) => `${method} ${path}`)).toEqual(
      expect.arrayContaining(['POST /restore', 'GET /backup', `POST /sources/${source.id}`]),
    );
  });
});

describe('a restored hook', () => {
  it('has its secret under the new key alone, and accepts what its CRM signs', async () => {
    const { source } = await aShop();
    const made = await admin(`/sources/${source.id}/hooks`, {
      body: { name: 'CRM', kind: 'pipedrive', event: 'Deal won', lawful_basis: 'consent' },
    });
    const { id, secret } = await made.json<{ id: string; secret: string }>();
    const file = await backup();
    await emptied();
    const lines = linesOf(file);
    await restore(fileOf(lines.slice(0, -1)), '?more=true');

    await runInDurableObject(env.REGISTRY.getByName('registry'), async (_, state) => {
      const ENCRYPTION_KEY = `${NEW_KEY},${env.ENCRYPTION_KEY ?? ''}`;
      const engine = new RegistryEngine(state, { ...env, ENCRYPTION_KEY });
      engine.completeRestore();
      await engine.restores.end();

      const binding = { purpose: 'hook', owner: id };
      const sealed = engine.hook(id)?.secret_sealed ?? '';
      expect(await open(sealed, { keyRing: parseKeyRing(NEW_KEY), binding })).toBe(secret);
      expect(await open(sealed, { keyRing: parseKeyRing(env.ENCRYPTION_KEY ?? ''), binding })).toBeUndefined();
    });
    expect(file).not.toContain(secret);

    await emptied();
    await restore(file);
    const headers = { Authorization: `Basic ${btoa(secret)}` };
    expect((await ask(`/v1/hooks/${id}`, { body: {}, headers })).status).toBe(200);
  });
});

describe('a restored alert channel', () => {
  const url = 'https://hooks.example.com/in/a1b2';

  async function aChannel(): Promise<string> {
    const made = await admin('/alert-channels', { body: { type: 'webhook', name: 'On call', url } });
    expect(made.status).toBe(201);
    return (await made.json<{ id: string }>()).id;
  }
  const channels = async (): Promise<unknown> => (await admin('/alert-channels')).json();

  it('has its settings, and its address under the new key alone', async () => {
    const { source } = await aShop();
    const id = await aChannel();
    const before = await channels();
    await env.ALERTS.getByName('alerts').notice(source.id);
    const file = await backup();
    await emptied();
    await restore(file);

    expect(file).not.toContain(url);
    expect(await channels()).toEqual(before);
    await runInDurableObject(env.ALERTS.getByName('alerts'), async (_, state) => {
      expect(await state.storage.getAlarm()).not.toBeNull();
      const addressWith = (key: string): Promise<unknown> =>
        new AlertsParts(state, { ...env, ENCRYPTION_KEY: key }).engine.channels.addressOf(id);
      expect(await addressWith(env.ENCRYPTION_KEY ?? '')).toMatchObject({ url });
      expect(await addressWith(NEW_KEY)).toBeUndefined();
      await new AlertsParts(state, {
        ...env,
        ENCRYPTION_KEY: `${NEW_KEY},${env.ENCRYPTION_KEY ?? ''}`,
      }).finishRestore();
      expect(await addressWith(NEW_KEY)).toMatchObject({ url });
    });
  });

  it('answers nothing until everything is restored, and is gone when the restore is given up', async () => {
    await aShop();
    await aChannel();
    const lines = linesOf(await backup());
    await emptied();
    await restore(fileOf(lines.slice(0, -1)), '?more=true');

    await runInDurableObject(env.ALERTS.getByName('alerts'), async (alerts: Alerts, { storage }) => {
      expect(() => alerts.channels()).toThrow('being restored');
      await alerts.alarm();
      expect(await storage.getAlarm()).toBeNull();
    });
    await admin('/restore', { method: 'DELETE' });
    expect(await channels()).toMatchObject({ data: [] });
  });

  it('is not overwritten by a restore', async () => {
    await aShop();
    const file = await backup();
    await emptied();
    const id = await aChannel();

    expect(await problemOf(await restore(file))).toMatchObject({ status: 409, code: 'not_empty' });
    expect(await channels()).toMatchObject({ data: [{ id }] });
  });
});

describe('a backup', () => {
  it('has no secret, token, key or address in clear text', async () => {
    const { serverKey, token } = await aShop();

    const file = await backup();

    for (const secret of ['tok-of-the-tests', serverKey, token, 'john.doe', env.ENCRYPTION_KEY ?? '-'])
      expect(file).not.toContain(secret);
  });

  it.each<[string, (lines: string[]) => string[], string]>([
    [
      'a changed line',
      (lines) => lines.map((line, at) => (at === 4 ? line.replace(/"(seq|day|record)"/, '"x$1"') : line)),
      'line 5',
    ],
    ['a missing line', (lines) => lines.filter((_, at) => at !== 3), 'line 4'],
    [
      'two lines in another order',
      (lines) => [...lines.slice(0, 3), lines[4] ?? '', lines[3] ?? '', ...lines.slice(5)],
      'line 4',
    ],
    ['a line that is cut off', (lines) => [...lines.slice(0, 6), lines[6]?.slice(0, 40) ?? ''], 'line 7'],
    ['no JSON', (lines) => [...lines.slice(0, 2), 'not JSON'], 'line 3'],
    ['no first line', (lines) => lines.slice(1), 'line 1'],
    ['a line after the end', (lines) => [...lines, lines.at(-1) ?? ''], 'nothing may follow'],
  ])('with %s is refused, and leaves nothing behind', async (_, change, said) => {
    const { source } = await aShop();
    const lines = linesOf(await backup());
    await emptied();

    const response = await restore(fileOf(change(lines)));

    const { detail } = await response.clone().json<{ detail: string }>();
    expect(await problemOf(response)).toMatchObject({ status: 400, code: 'backup_invalid' });
    expect(detail).toContain(said);
    await expectNothingOf(source.id);
  });

  it('without its end is refused, and leaves nothing behind', async () => {
    const { source } = await aShop();
    const lines = linesOf(await backup());
    await emptied();

    const response = await restore(fileOf(lines.slice(0, -1)));

    expect(await problemOf(response)).toMatchObject({ status: 400, code: 'backup_incomplete' });
    await expectNothingOf(source.id);
    expect((await restore(fileOf(lines))).status).toBe(200);
  });

  it('can be sent in parts, and again from any line before the one that is missing', async () => {
    const { source } = await aShop();
    const before = await ledgerOf(source.id);
    const lines = linesOf(await backup());
    await emptied();

    const first = await restore(fileOf(lines.slice(0, 7)), '?more=true');
    expect(await first.json()).toEqual({ next_line: 8, is_complete: false });
    const late = await restore(fileOf(lines.slice(9)), '?more=true');
    expect(await problemOf(late)).toMatchObject({ status: 400, code: 'backup_invalid' });
    await restore(fileOf(lines.slice(0, 12)), '?more=true');
    const last = await restore(fileOf(lines.slice(3)), '?more=true');

    expect(await last.json()).toMatchObject({ is_complete: true });
    expect(await ledgerOf(source.id)).toEqual(before);
  });

  it('that was sent in part refuses changes, which it would replace, and has them again when it is over', async () => {
    const { source } = await aShop();
    const lines = linesOf(await backup());
    await emptied();
    await restore(fileOf(lines.slice(0, -1)), '?more=true');

    const changes = [
      await admin('/sources', { body: { name: 'In between' } }),
      await admin('/tokens', { body: { name: 'In between', role: 'viewer' } }),
      await admin('/alert-channels', { body: { type: 'webhook', name: 'x', url: 'https://example.com/' } }),
    ];
    expect(await Promise.all(changes.map(problemOf))).toMatchObject(
      changes.map(() => ({ status: 409, code: 'in_progress' })),
    );
    expect((await admin('/sources')).status).toBe(200);
    await restore(fileOf(lines));

    expect((await admin('/sources', { body: { name: 'Afterwards' } })).status).toBe(201);
    expect((await admin(`/sources/${source.id}`)).status).toBe(200);
  });

  it('that was sent in part can be given up', async () => {
    const { source } = await aShop();
    const lines = linesOf(await backup());
    const another = await backup();
    await emptied();
    await restore(fileOf(lines.slice(0, -1)), '?more=true');

    const other = await restore(another);
    const ofAPart = await admin('/backup');
    const given = await admin('/restore', { method: 'DELETE' });

    expect(await problemOf(other)).toMatchObject({ status: 409, code: 'in_progress' });
    expect(await problemOf(ofAPart)).toMatchObject({ status: 409, code: 'in_progress' });
    expect(given.status).toBe(204);
    await expectNothingOf(source.id);
  });

  it('is not restored into an instance that has a source', async () => {
    await aShop();
    const file = await backup();

    expect(await problemOf(await restore(file))).toMatchObject({ status: 409, code: 'not_empty' });
  });

  it('may be compressed', async () => {
    await aShop();
    const file = await backup();
    await emptied();
    const zipped = new Response(new Blob([file]).stream().pipeThrough(new CompressionStream('gzip')));

    const response = await admin('/restore', {
      method: 'POST',
      body: await zipped.bytes(),
      headers: { 'Content-Encoding': 'gzip' },
    });

    expect(response.status).toBe(200);
  });
});

describe('a new kind of object', () => {
  it('is part of backups, or is left out for a reason', () => {
    const objects = [...config.matchAll(/^\[\[durable_objects\.bindings\]\]\nname = "(\w+)"/gm)].map(
      ([, name = '']) => name,
    );

    expect(objects.length).toBeGreaterThan(4);
    expect(objects.toSorted()).toEqual(
      [...BACKED_UP_OBJECTS.map((object) => object.toUpperCase()), ...Object.keys(NOT_BACKED_UP)].toSorted(),
    );
  });
});

describe('a stopped instance', () => {
  it('accepts nothing and sends nothing, until it is started', async () => {
    const { source } = await aShop();

    expect((await admin('/stop', { method: 'POST' })).status).toBe(204);
    const refused = await send(source, [anOrder({ messageId: 'late' })]);
    const refusedPage = await send(source, [{ type: 'page', messageId: 'late-page' }]);
    await runInDurableObject(env.OUTBOX.getByName(source.id), async (outbox: Outbox, { storage }) => {
      await outbox.alarm();
      expect(storage.sql.exec('SELECT 1 FROM attempts').toArray()).toEqual([]);
    });

    expect(await problemOf(refused)).toMatchObject({ status: 503, code: 'outbox_unavailable' });
    expect(refusedPage.status).toBe(503);
    expect((await admin('/start', { method: 'POST' })).status).toBe(204);
    expect((await send(source, [anOrder({ messageId: 'late' })])).status).toBe(200);
  });

  it('is stopped no more where its backup is restored', async () => {
    const { source } = await aShop();
    await admin('/stop', { method: 'POST' });
    const file = await backup();
    await emptied();
    await restore(file);

    expect((await send(source, [anOrder({ messageId: 'order-3' })])).status).toBe(200);
  });
});

/** Nothing from the backup is there: no rows, no keys, no settings. */
async function expectNothingOf(id: string): Promise<void> {
  expect((await admin(`/sources/${id}`)).status).toBe(404);
  expect((await env.CONFIG.list({ prefix: 'payload-key:' })).keys).toEqual([]);
  await runInDurableObject(env.OUTBOX.getByName(id), (_, { storage }) => {
    expect(storage.sql.exec('SELECT 1 FROM events').toArray()).toEqual([]);
  });
  await runInDurableObject(env.REGISTRY.getByName('registry'), (_, { storage }) => {
    expect(storage.sql.exec("SELECT name FROM sqlite_master WHERE name GLOB '_restore*'").toArray()).toEqual([]);
  });
}
