/** A new source as a copy of another: an agency makes its fortieth site like the others. */
import { describe, expect, it } from 'vitest';

import { admin, anIntegrationOf, anOrder, aSource, outcomes, problemOf, send } from '../support/api.ts';
import { aLinkedIn } from '../support/linkedin.ts';

type Integrations = { data: { id: string; source_id: string; config: Record<string, unknown> }[] };

const integrationsOf = async (id: string): Promise<Integrations['data']> =>
  (await (await admin(`/integrations?source_id=${id}`)).json<Integrations>()).data;

const SETTINGS = {
  allowed_origins: ['https://one.example'],
  require_origin: true,
  unknown_consent: 'denied',
  bot_filter: 'automated',
  internal_ips: ['203.0.113.9'],
  internal_cookie: 'is_internal',
  max_events_per_minute: 600,
  retention_days: 30,
  dead_letter_days: 10,
};

const MAPPING = {
  name: 'Big orders',
  trigger: 'type = "track" and event = "Order Completed" and properties.total > 100',
  conversion_rule_id: '987654',
};

describe('a source that is created as a copy of another', () => {
  it('has its settings, apart from those that are given, and a name and keys of its own', async () => {
    const other = await aSource({ name: 'One', ...SETTINGS });
    await admin(`/sources/${other.id}/server-keys`, { body: {} });

    const response = await admin('/sources', {
      body: { name: 'Two', copy_from: other.id, allowed_origins: ['https://two.example'], bot_filter: 'off' },
    });

    const copy = await response.json<Record<string, unknown>>();
    expect(response.status).toBe(201);
    expect(copy).toMatchObject({
      ...SETTINGS,
      name: 'Two',
      allowed_origins: ['https://two.example'],
      bot_filter: 'off',
      server_keys: [],
    });
    expect(copy['id']).not.toBe(other.id);
    expect(copy['write_key']).not.toBe(other.write_key);
    expect(copy).not.toHaveProperty('copy_from');
  });

  it('has its integrations with their mappings, under other IDs and without secrets', async () => {
    const other = await aSource();
    const { id } = await anIntegrationOf(other, { config: { default_currency: 'EUR', mappings: [MAPPING] } });

    const { id: copyId } = await (await admin('/sources', { body: { copy_from: other.id } })).json<{ id: string }>();

    const [original] = await integrationsOf(other.id);
    const [copied, ...more] = await integrationsOf(copyId);
    expect(more).toEqual([]);
    expect(copied?.id).not.toBe(id);
    expect(copied).toMatchObject({
      source_id: copyId,
      config: {
        account_id: original?.config['account_id'],
        default_currency: 'EUR',
        conversion_rule_id: original?.config['conversion_rule_id'],
        mappings: [MAPPING],
        access_token: { set: false },
        refresh_token: { set: false },
      },
    });
    expect(original?.config).toMatchObject({ access_token: { set: true } });
    const ids = [original, copied].map((one) => JSON.stringify(one?.config['mappings']).match(/map_\w+/g));
    expect(new Set(ids.flat()).size).toBe(2);
  });

  it('loses no conversion before it is connected, and delivers it afterwards', async () => {
    aLinkedIn();
    const other = await aSource();
    await anIntegrationOf(other);
    const copy = await (
      await admin('/sources', { body: { copy_from: other.id } })
    ).json<{ id: string; write_key: string }>();

    await send(copy, [anOrder({ messageId: 'early', traits: { email: 'jane@example.com' } })]);
    await expect.poll(async () => (await outcomes(copy))[0]?.state, { timeout: 20_000 }).toBe('held');
    const [integration] = await integrationsOf(copy.id);
    await admin(`/integrations/${integration?.id}`, { method: 'PATCH', body: { config: { access_token: 'tok-ok' } } });

    await expect.poll(async () => (await outcomes(copy))[0]?.state, { timeout: 20_000 }).toBe('delivered');
  });

  it('keeps nothing of the other when that is changed or deleted', async () => {
    const other = await aSource();
    const { id } = await anIntegrationOf(other, { config: { mappings: [MAPPING] } });
    const copy = await (await admin('/sources', { body: { copy_from: other.id } })).json<{ id: string }>();

    await admin(`/integrations/${id}`, { method: 'DELETE' });
    await admin(`/sources/${other.id}`, { method: 'DELETE' });

    expect(await integrationsOf(copy.id)).toMatchObject([{ config: { mappings: [MAPPING] } }]);
  });

  it.each(['src_unknown', 'not an ID', 7, null])('is refused for %j, and nothing is created', async (from) => {
    const response = await admin('/sources', { body: { id: 'src_refused', copy_from: from } });

    expect(await problemOf(response)).toEqual({ status: 400, code: 'field_invalid', pointer: '/copy_from' });
    expect((await admin('/sources/src_refused')).status).toBe(404);
  });
});
