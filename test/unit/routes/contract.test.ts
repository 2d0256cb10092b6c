import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { backupKey, signedLine } from '../../../worker/domain/backup/chain.ts';
import type { Env } from '../../../worker/env.ts';
import { aToken } from '../support/access.ts';
import { admin, anIntegrationOf, anOrder, aSource, send } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';
import { callOperation, notExercised, OPERATIONS } from '../support/contract.ts';
import type { Ask } from '../support/contract.ts';
import { emptied } from '../support/emptied.ts';
import { aSandboxedLinkedIn } from '../support/sandboxed-linkedin.ts';
import type { SandboxedLinkedIn } from '../support/sandboxed-linkedin.ts';

/**
 * Calls every operation of openapi.json until it has given every documented response, and checks each answer against
 * the operation's schema. The last test fails when an operation or a documented problem was left out.
 */
let linkedIn: SandboxedLinkedIn;
let source: MadeSource;
let integration: { id: string };
let mapped: { id: string; mapping: string };
let channelId: string;
const tokens = { viewer: '', expired: '' };
let cookie = '';
let salesforce = { id: '', secret: '' };
let leadSync = { id: '' };
const CHALLENGE = '?challengeCode=890e4665-4dfe-4ab1-b689-ed553bceeed0';

/** Fixed, so that a block lasts as long as the test. */
const GUESSER = '203.0.113.77';

async function guessTooOften(): Promise<void> {
  const wrong = { Authorization: 'Bearer wrong', 'CF-Connecting-IP': GUESSER };
  for (let guess = 0; guess < 21; guess += 1) await admin('/session', { headers: wrong });
  // The wait doubles with each wrong token: the next one that counts makes it ten seconds or more.
  for (const seconds of [1, 2, 4, 8, 16, 32]) {
    vi.useFakeTimers({ now: Date.now() + seconds * 1_000, toFake: ['Date'] });
    await admin('/session', { headers: wrong });
  }
  vi.useRealTimers();
}

beforeAll(async () => {
  linkedIn = aSandboxedLinkedIn();
  // An unreachable outbox is logged, as it should be.
  vi.spyOn(console, 'error').mockImplementation(() => {});
  source = await aSource({ unknown_consent: 'granted' });
  integration = await connected(source);
  mapped = await aMapping();
  const channel = await admin('/alert-channels', { body: aChannel });
  ({ id: channelId } = await channel.json<{ id: string }>());
  const hook = { name: 'CRM', kind: 'salesforce', lawful_basis: 'consent' };
  salesforce = await (await admin(`/sources/${source.id}/hooks`, { body: hook })).json();
  const lead = { ...hook, kind: 'linkedin_lead_sync', secret: 'secret-of-the-app', event: 'Lead' };
  leadSync = await (await admin(`/sources/${source.id}/hooks`, { body: lead })).json();
  tokens.viewer = (await aToken('viewer', { source_ids: [source.id] })).token;
  vi.useFakeTimers({ now: Date.now() - 60_000, toFake: ['Date'] });
  tokens.expired = (await aToken('owner', { expires_at: new Date(Date.now() + 1_000).toISOString() })).token;
  vi.useRealTimers();
  const signedIn = await admin('/session', { method: 'POST' });
  cookie = signedIn.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  await guessTooOften();
});

beforeEach(() => linkedIn.instead(undefined));

/** Has its own LinkedIn app, and so its own limiter. */
async function connected(of: MadeSource, config: Record<string, unknown> = {}): Promise<{ id: string }> {
  return anIntegrationOf(of, {
    config: { access_token: 'tok-ok', oauth_client_id: `app-${crypto.randomUUID()}`, ...config },
  });
}

const at = (id: string, more: Record<string, string> = {}): Ask => ({ at: { id, ...more } });
const aChannel = { type: 'webhook', name: 'On call', url: 'https://hooks.example.com/in/a1b2' };
const ownOf = (path: string): string => {
  if (path.includes('/alert-channels/{id}')) return channelId;
  return path.includes('/sources/{id}') ? source.id : path.includes('/integrations/{id}') ? integration.id : 'tok_x';
};
const unreachable = () => Promise.reject(new TypeError('Network connection lost.'));
const throttled = async () =>
  new Response('{"status":429,"message":"Resource level throttle limit"}', {
    status: 429,
    headers: { 'Retry-After': '60' },
  });

const aFile = (body: string, headers: Record<string, string> = {}): Ask => ({
  body,
  headers: { 'Content-Type': 'text/csv', ...headers },
});

const operations = OPERATIONS.map(({ name, path, isAdmin, ends }) => ({ name, path, isAdmin, ends }));
const having = (end: string) => operations.filter(({ ends }) => ends.includes(end));

describe('access', () => {
  it.each(operations.filter(({ isAdmin }) => isAdmin))('$name reports what is wrong', async ({ name, path, ends }) => {
    const own = { at: { id: ownOf(path) } };
    const strange = { 'CF-Connecting-IP': crypto.randomUUID() };
    const answers = [
      await callOperation(name, { ...own, token: null }),
      await callOperation(name, { ...own, token: 'wrong', headers: strange }),
      await callOperation(name, { ...own, token: tokens.expired }),
      await callOperation(name, { ...own, token: null, headers: { Cookie: cookie, 'Sec-Fetch-Site': 'cross-site' } }),
      await callOperation(name, { ...own, token: 'wrong', headers: { 'CF-Connecting-IP': GUESSER } }),
      await callOperation(name, { ...own, bindings: { ADMIN_TOKEN: '' } }),
      ...(ends.includes('forbidden') && name !== 'POST /v1/admin/session'
        ? [await callOperation(name, { ...own, token: tokens.viewer })]
        : []),
    ];

    expect(answers.map(({ end }) => end)).toEqual(
      [
        'token_missing',
        'token_invalid',
        'token_expired',
        'cross_site',
        'too_many_guesses',
        'admin_not_configured',
        'forbidden',
      ].slice(0, answers.length),
    );
  });

  it("POST /v1/admin/session doesn't accept a session", async () => {
    const headers = { Cookie: cookie, 'Sec-Fetch-Site': 'same-origin' };

    expect((await callOperation('POST /v1/admin/session', { token: null, headers })).end).toBe('forbidden');
  });
});

describe('request bodies', () => {
  const deep = `${'['.repeat(100)}${']'.repeat(100)}`;

  // A hook's body is read only once its signature is right: see 'a hook' below.
  const open = having('body_not_json').filter(({ name }) => name !== 'POST /v1/hooks/{hook}');

  it.each(open)('$name reports what is wrong', async ({ name, path, isAdmin }) => {
    const { id, mapping } = mapped;
    const own = { at: { id: path.includes('/integrations/') ? id : ownOf(path), rule: '1001', mapping } };
    // A server may send more to the collector, so more is read before the sender is known.
    const large = 'x'.repeat(isAdmin ? 300 * 1024 : 5 * 1024 * 1024);
    const ends: string[] = [];
    for (const call of [
      { body: '' },
      { body: '{' },
      { body: deep },
      { body: JSON.stringify(large) },
      { body: '{}', headers: { 'Content-Type': 'text/html' } },
      { body: '{}', headers: { 'Content-Encoding': 'br' } },
    ])
      ends.push((await callOperation(name, { ...own, ...call })).end);

    expect(ends).toEqual([
      'body_empty',
      'body_not_json',
      'body_too_deep',
      'body_too_large',
      'content_type_unsupported',
      'content_encoding_unsupported',
    ]);
  });
});

describe('fields', () => {
  const wrong: Record<string, Ask> = {
    'DELETE /v1/admin/integrations/{id}': { query: '?deliveries=sell' },
    'GET /v1/admin/sources/{id}/events/{event}': { query: '?seq=first' },
    'GET /v1/admin/sources/{id}/ledger': { query: '?from=yesterday' },
    'GET /v1/admin/sources/{id}/ledger/rules': { query: '?to=tomorrow' },
    'GET /v1/admin/sources/{id}/refusals': { query: '?hours=0' },
    'GET /v1/admin/sources/{id}/consent': { query: '?from=yesterday' },
    'GET /v1/admin/sources/{id}/lint': { query: '?from=yesterday' },
    'GET /v1/admin/integrations/{id}/causes': { query: '?state=lost' },
    'GET /v1/admin/overview': { query: '?period=1y' },
    'GET /v1/admin/search': { query: '?q=x' },
    'GET /v1/admin/sources/{id}/export': { query: '?cursor=first' },
    'POST /v1/admin/integrations/{id}/preview': { body: { type: 'track', event: 'x', mapping: {} } },
    'POST /v1/admin/integrations/{id}/test-event': { query: '?country=Germany' },
    'POST /v1/admin/sources/{id}/imports': { query: '?date_order=ymd', ...aFile('email') },
    'GET /v1/hooks/{hook}': { query: '?challengeCode=1' },
  };

  it.each(having('field_invalid'))('$name reports which field is wrong', async ({ name, path, ends }) => {
    const { id, mapping } = mapped;
    const own = { at: { id: path.includes('/integrations/') ? id : ownOf(path), rule: '1001', mapping } };
    const hasBody = ends.includes('body_not_json');

    const { end } = await callOperation(name, {
      ...own,
      ...(wrong[name] ?? (hasBody ? { body: { nonsense: true } } : { query: '?limit=0' })),
    });

    expect(end).toBe('field_invalid');
  });
});

/** An integration with a mapping. Refused calls never change it. */
async function aMapping(): Promise<{ id: string; mapping: string }> {
  const { id } = await connected(await aSource());
  const { body } = await callOperation('POST /v1/admin/integrations/{id}/mappings', {
    ...at(id),
    body: { name: 'Made', conversion_rule_id: '1001' },
  });
  return { id, mapping: String(Object(body)['id']) };
}

describe('missing objects', () => {
  it.each(having('not_found'))("$name reports that the object doesn't exist", async ({ name, path }) => {
    const id = path.includes('/sources/')
      ? 'src_nobody'
      : path.includes('/integrations/')
        ? 'int_nobody'
        : 'tok_nobody';

    const query = name === 'GET /v1/hooks/{hook}' ? CHALLENGE : '';

    expect((await callOperation(name, { ...at(id), query })).end).toBe('not_found');
  });
});

describe('objects that somebody else has changed', () => {
  it.each(having('changed_meanwhile'))('$name reports the conflict', async ({ name, path }) => {
    const mapping = path.includes('{mapping}') ? await aMapping() : undefined;
    const call = {
      ...(mapping ? at(mapping.id, { mapping: mapping.mapping }) : at(ownOf(path), { rule: '1001' })),
      headers: { 'If-Match': '"old"' },
    };
    const body = name.startsWith('PATCH') ? { body: { name: 'New' } } : {};

    expect((await callOperation(name, { ...call, ...body })).end).toBe('changed_meanwhile');
  });
});

describe('without ENCRYPTION_KEY', () => {
  const bodies: Record<string, unknown> = {
    'POST /v1/admin/people/erase': { user_id: 'u-1' },
    'POST /v1/admin/sources/{id}/imports': 'email,time',
    'POST /v1/admin/sources/{id}/hooks': { name: 'CRM', kind: 'generic', lawful_basis: 'consent' },
    'POST /v1/hooks/{hook}': '{}',
    'POST /v1/admin/integrations': { source_id: 'src_x', config: { account_id: '100' } },
    'PATCH /v1/admin/integrations/{id}': { name: 'New' },
    'POST /v1/admin/alert-channels': aChannel,
    'PATCH /v1/admin/alert-channels/{id}': { name: 'New' },
  };

  it.each(having('encryption_key_missing'))('$name reports the missing key', async ({ name, path }) => {
    const [hook, query] = name === 'GET /v1/hooks/{hook}' ? [leadSync.id, CHALLENGE] : [salesforce.id, ''];
    const call = { ...at(ownOf(path), { hook }), query, body: bodies[name], bindings: { ENCRYPTION_KEY: '' } };

    expect((await callOperation(name, call)).end).toBe('encryption_key_missing');
  });
});

describe('access tokens and sessions', () => {
  it('show who is signed in, and sign in and out', async () => {
    const ends = [
      await callOperation('GET /v1/admin/session'),
      await callOperation('POST /v1/admin/session'),
      await callOperation('DELETE /v1/admin/session'),
    ];

    expect(ends.map(({ end }) => end)).toEqual(['200', '201', '204']);
  });

  it('are created, listed and revoked, with an audit entry', async () => {
    const made = await callOperation('POST /v1/admin/tokens', { body: { name: 'x', role: 'owner' } });
    const listed = await callOperation('GET /v1/admin/tokens');
    const revoked = await callOperation('DELETE /v1/admin/tokens/{id}', at(String(Object(made.body)['id'])));
    const log = await callOperation('GET /v1/admin/audit-log');

    expect([made, listed, revoked, log].map(({ end }) => end)).toEqual(['201', '200', '204', '200']);
  });
});

describe('alerts', () => {
  it('have channels, which are created, listed, changed, tested and deleted', async () => {
    const made = await callOperation('POST /v1/admin/alert-channels', { body: aChannel });
    const id = String(Object(made.body)['id']);
    const email = { type: 'email', name: 'Team', to: 'team@example.com', from: 'alerts@example.com' };
    const withoutBinding = await callOperation('POST /v1/admin/alert-channels', { body: email });
    const ends = [
      await callOperation('GET /v1/admin/alert-channels'),
      await callOperation('GET /v1/admin/alert-channels/{id}', at(id)),
      await callOperation('PATCH /v1/admin/alert-channels/{id}', { ...at(id), body: { min_severity: 'critical' } }),
      await callOperation('POST /v1/admin/alert-channels/{id}/test', at(id)),
      await callOperation('DELETE /v1/admin/alert-channels/{id}', at(id)),
      await callOperation('GET /v1/admin/incidents', { query: '?state=open' }),
      await callOperation('GET /v1/admin/metrics'),
    ];
    for (let more = 0; more < 199; more += 1) await admin('/alert-channels', { body: aChannel });
    const tooMany = await callOperation('POST /v1/admin/alert-channels', { body: aChannel });

    expect([made, withoutBinding, ...ends, tooMany].map(({ end }) => end)).toEqual([
      '201',
      'email_not_configured',
      '200',
      '200',
      '200',
      '200',
      '204',
      '200',
      '200',
      'in_use',
    ]);
  });
});

describe('a source', () => {
  it('is created, listed, read, changed and deleted', async () => {
    const made = await callOperation('POST /v1/admin/sources', { body: { name: 'Shop' } });
    const id = String(Object(made.body)['id']);
    const again = await callOperation('POST /v1/admin/sources', { body: { id } });
    const ends = [
      await callOperation('GET /v1/admin/sources', { query: '?limit=200' }),
      await callOperation('GET /v1/admin/sources/{id}', at(id)),
      await callOperation('PATCH /v1/admin/sources/{id}', { ...at(id), body: { name: 'New' } }),
      await callOperation('DELETE /v1/admin/sources/{id}', at(id)),
      await callOperation('DELETE /v1/admin/sources/{id}', at(source.id)),
    ];

    expect([made.end, again.end, ...ends.map(({ end }) => end)]).toEqual([
      '201',
      'already_exists',
      '200',
      '200',
      '200',
      '204',
      'in_use',
    ]);
    expect(made.response.headers.get('ETag')).toMatch(/^"/);
  });

  it('has write keys and server keys', async () => {
    const { id, write_key: first } = await aSource();
    const writeKeys = 'POST /v1/admin/sources/{id}/write-keys';
    const made = await callOperation(writeKeys, at(id));
    const newest = String(Object(made.body)['key']);
    const removed = await callOperation('DELETE /v1/admin/sources/{id}/write-keys/{key}', at(id, { key: first }));
    const kept = await callOperation('DELETE /v1/admin/sources/{id}/write-keys/{key}', at(id, { key: newest }));
    for (let more = 0; more < 9; more += 1) await callOperation(writeKeys, at(id));
    const tooMany = await callOperation(writeKeys, at(id));
    const server = await callOperation('POST /v1/admin/sources/{id}/server-keys', at(id));
    const key = String(Object(server.body)['id']);
    const revoked = await callOperation('DELETE /v1/admin/sources/{id}/server-keys/{key}', at(id, { key }));
    const serverKeys = 'POST /v1/admin/sources/{id}/server-keys';
    for (let more = 0; more < 50; more += 1) await callOperation(serverKeys, at(id));
    const tooManyServerKeys = await callOperation(serverKeys, at(id));

    expect([made, removed, kept, tooMany, server, revoked, tooManyServerKeys].map(({ end }) => end)).toEqual([
      '201',
      '204',
      'in_use',
      'in_use',
      '201',
      '204',
      'in_use',
    ]);
  });

  it('shows its events, its ledger and its notes, also live', async () => {
    await send(source, [anOrder({ messageId: 'story-1' }), anOrder({ event: 'Other' })]);

    const ends = [
      await callOperation('GET /v1/admin/overview', {}),
      await callOperation('GET /v1/admin/search', { query: '?q=story-1' }),
      await callOperation('GET /v1/admin/sources/{id}/events', at(source.id)),
      await callOperation('GET /v1/admin/sources/{id}/events/{event}', at(source.id, { event: 'story-1' })),
      await callOperation('GET /v1/admin/sources/{id}/ledger', at(source.id)),
      await callOperation('GET /v1/admin/sources/{id}/ledger', { ...at(source.id), query: '?hours=24' }),
      await callOperation('GET /v1/admin/sources/{id}/ledger/rules', at(source.id)),
      await callOperation('GET /v1/admin/sources/{id}/refusals', at(source.id)),
      await callOperation('GET /v1/admin/sources/{id}/export', at(source.id)),
      await callOperation('GET /v1/admin/sources/{id}/consent', at(source.id)),
      await callOperation('GET /v1/admin/sources/{id}/lint', at(source.id)),
      await callOperation('GET /v1/admin/sources/{id}/live', at(source.id)),
      await callOperation('GET /v1/admin/sources/{id}/events/live', at(source.id)),
      await callOperation('POST /v1/admin/people/erase', { body: { user_id: 'u-1' } }),
    ];

    expect(ends.map(({ end }) => end)).toEqual(Array.from(ends, () => '200'));
  });
});

describe('a hook', () => {
  const make = 'POST /v1/admin/sources/{id}/hooks';
  const call = 'POST /v1/hooks/{hook}';

  it('is made, listed, changed and deleted', async () => {
    const { id } = await aSource();
    const body = { name: 'CRM', kind: 'generic', lawful_basis: 'consent' };
    const made = await callOperation(make, { ...at(id), body });
    const listed = await callOperation('GET /v1/admin/sources/{id}/hooks', at(id));
    const hook = String(Object(made.body)['id']);
    const renamed = { ...at(id, { hook }), body: { name: 'Deals', enabled: false } };
    const changed = await callOperation('PATCH /v1/admin/sources/{id}/hooks/{hook}', renamed);
    const removed = await callOperation('DELETE /v1/admin/sources/{id}/hooks/{hook}', at(id, { hook }));
    for (let more = 0; more < 20; more += 1) await callOperation(make, { ...at(id), body });
    const tooMany = await callOperation(make, { ...at(id), body });

    expect([made, listed, changed, removed, tooMany].map(({ end }) => end)).toEqual([
      '201',
      '200',
      '200',
      '204',
      'in_use',
    ]);
  });

  it('answers LinkedIn’s check', async () => {
    const limit = { limit: async () => ({ success: false }) };
    const check = { at: { hook: leadSync.id }, query: CHALLENGE };
    const ends = [
      await callOperation('GET /v1/hooks/{hook}', check),
      await callOperation('GET /v1/hooks/{hook}', { ...check, bindings: { COLLECTOR_LIMIT: limit } }),
    ];

    expect(ends.map(({ end }) => end)).toEqual(['200', 'rate_limited']);
  });

  it('answers a CRM', async () => {
    const { id: hook, secret } = salesforce;
    const signed = async (body: string): Promise<Ask> => {
      const key = await crypto.subtle.importKey(
        'raw',
        new TextEncoder().encode(secret),
        { name: 'HMAC', hash: 'SHA-256' },
        false,
        ['sign'],
      );
      const signature = new Uint8Array(await crypto.subtle.sign('HMAC', key, new TextEncoder().encode(body)));
      return { at: { hook }, body, headers: { 'X-Directflight-Signature': signature.toBase64() } };
    };
    const limit = { limit: async () => ({ success: false }) };
    const busy = { getByName: () => ({ takeChanges: async () => 'unavailable' }) };
    const ends = [
      await callOperation(call, await signed('{"event":"Won"}')),
      await callOperation(call, { at: { hook }, body: '{}' }),
      await callOperation(call, await signed('{')),
      await callOperation(call, await signed('[]')),
      await callOperation(call, await signed('['.repeat(65))),
      await callOperation(call, await signed(JSON.stringify(Array.from({ length: 5_001 }, () => ({}))))),
      await callOperation(call, await signed('x'.repeat(1_100_000))),
      await callOperation(call, { at: { hook }, body: '{}', headers: { 'Content-Encoding': 'br' } }),
      await callOperation(call, { at: { hook }, body: '{}', bindings: { COLLECTOR_LIMIT: limit } }),
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- It has the method that is called.
      await callOperation(call, { ...(await signed('{}')), bindings: { IMPORTS: busy as unknown as Env['IMPORTS'] } }),
    ];
    const change = (enabled: boolean): Promise<unknown> =>
      callOperation('PATCH /v1/admin/sources/{id}/hooks/{hook}', {
        ...at(source.id, { hook }),
        body: { enabled },
      });
    await change(false);
    ends.push(await callOperation(call, await signed('{"event":"Won"}')));
    await change(true);

    expect(ends.map(({ end }) => end)).toEqual([
      '200',
      'signature_invalid',
      'body_not_json',
      'body_not_an_object',
      'body_too_deep',
      'too_many_events',
      'body_too_large',
      'content_encoding_unsupported',
      'rate_limited',
      'outbox_unavailable',
      'hook_disabled',
    ]);
  });
});

describe('an import', () => {
  const name = 'POST /v1/admin/sources/{id}/imports';
  const query = '?preview=true&event=Won';
  const file = `email,time\nanna@firm.de,${new Date(Date.now() - 60_000).toISOString()}`;

  it('is previewed, started, listed, shown, reported and cancelled', async () => {
    const { id } = await aSource();
    const made = await callOperation(name, { ...at(id), query: `${query}&save_template=deals`, ...aFile(file) });
    const own = at(id, { import: String(Object(made.body)['id']) });
    const start = { ...own, body: { lawful_basis: 'consent' } };
    const ends = [
      await callOperation('POST /v1/admin/sources/{id}/imports/{import}/start', start),
      await callOperation('POST /v1/admin/sources/{id}/imports/{import}/start', start),
      await callOperation('GET /v1/admin/sources/{id}/imports', at(id)),
      await callOperation('GET /v1/admin/sources/{id}/import-templates', at(id)),
      await callOperation('GET /v1/admin/sources/{id}/imports/{import}', own),
      await callOperation('GET /v1/admin/sources/{id}/imports/{import}/report', own),
      await callOperation('DELETE /v1/admin/sources/{id}/imports/{import}', own),
    ];

    expect([made, ...ends].map(({ end }) => end)).toEqual(['201', '200', 'in_use', '200', '200', '200', '200', '200']);
  });

  it('reports what is wrong with a file', async () => {
    const { id } = await aSource();
    const ends = [
      await callOperation(name, { ...at(id), query, ...aFile('') }),
      await callOperation(name, { ...at(id), query, ...aFile(file, { 'Content-Type': 'image/png' }) }),
      await callOperation(name, { ...at(id), query, ...aFile(file, { 'Content-Encoding': 'br' }) }),
      await callOperation(name, { ...at(id), query, ...aFile(`${file}\n${'x'.repeat(41 * 1024 * 1024)}`) }),
    ];
    // Twenty imports that run at once; test/unit/routes/import-questions.test.ts has them.
    const busy = Object({ IMPORTS: { getByName: () => ({ begin: async () => false }) } });
    const tooMany = await callOperation(name, { ...at(id), query, ...aFile(file), bindings: busy });

    expect([...ends, tooMany].map(({ end }) => end)).toEqual([
      'body_empty',
      'content_type_unsupported',
      'content_encoding_unsupported',
      'body_too_large',
      'in_use',
    ]);
  });
});

describe('an integration', () => {
  it('is created, listed, read, changed and deleted', async () => {
    const body = {
      source_id: source.id,
      config: { account_id: '100', access_token: 'tok-of-the-tests', conversion_rule_id: { Lead: '1001' } },
    };
    const made = await callOperation('POST /v1/admin/integrations', { body });
    const id = String(Object(made.body)['id']);
    const ends = [
      await callOperation('POST /v1/admin/integrations', { body: { ...body, id } }),
      await callOperation('GET /v1/admin/integrations', { query: '?limit=200' }),
      await callOperation('GET /v1/admin/integrations/{id}', at(id)),
      await callOperation('PATCH /v1/admin/integrations/{id}', { ...at(id), body: { config: { send_ip: true } } }),
      await callOperation('GET /v1/admin/integrations/{id}/status', at(id)),
      await callOperation('GET /v1/admin/integrations/{id}/readiness', at(id)),
      await callOperation('DELETE /v1/admin/integrations/{id}', at(id)),
    ];

    expect([made, ...ends].map(({ end }) => end)).toEqual([
      '201',
      'already_exists',
      ...Array.from({ length: 5 }, () => '200'),
      '204',
    ]);
  });

  it('reports how many deliveries wait before it is deleted', async () => {
    const other = await aSource({ unknown_consent: 'granted' });
    const { id } = await anIntegrationOf(other, { config: { access_token: null } });
    await send(other, [anOrder()]);

    expect((await callOperation('DELETE /v1/admin/integrations/{id}', at(id))).end).toBe('deliveries_waiting');
  });

  it('has mappings', async () => {
    const { id } = await connected(source);
    const body = { id: `map_${crypto.randomUUID().slice(0, 8)}`, name: 'Big orders', conversion_rule_id: '1001' };
    const one = at(id, { mapping: body.id });
    const ends = [
      await callOperation('POST /v1/admin/integrations/{id}/mappings', { ...at(id), body }),
      await callOperation('POST /v1/admin/integrations/{id}/mappings', { ...at(id), body }),
      await callOperation('GET /v1/admin/integrations/{id}/mappings', at(id)),
      await callOperation('PATCH /v1/admin/integrations/{id}/mappings/{mapping}', { ...one, body: { enabled: false } }),
      await callOperation('DELETE /v1/admin/integrations/{id}/mappings/{mapping}', one),
    ];

    expect(ends.map(({ end }) => end)).toEqual(['201', 'already_exists', '200', '200', '204']);
  });

  it('shows its deliveries, and replays them', async () => {
    const other = await aSource({ unknown_consent: 'granted' });
    const { id } = await anIntegrationOf(other, { config: { access_token: null } });
    await send(other, [anOrder({ messageId: 'order-1' })]);
    await expect
      .poll(async () => JSON.stringify((await callOperation('GET /v1/admin/integrations/{id}/causes', at(id))).body), {
        timeout: 20_000,
      })
      .toContain('credentials_missing');
    const replay = { ...at(id), body: { filter: {} } };
    const replayed = await callOperation('POST /v1/admin/integrations/{id}/replay', replay);

    const ends = [
      await callOperation('GET /v1/admin/integrations/{id}/deliveries', at(id)),
      await callOperation(
        'GET /v1/admin/integrations/{id}/deliveries/{delivery}',
        at(id, { delivery: '1001:order-1' }),
      ),
      await callOperation('GET /v1/admin/integrations/{id}/causes', at(id)),
      await callOperation('POST /v1/admin/integrations/{id}/replay', {
        ...at(id),
        body: { filter: {}, preview: true },
      }),
      replayed,
      await callOperation(
        'GET /v1/admin/integrations/{id}/replays/{replay}',
        at(id, { replay: String(Object(replayed.body)['id']) }),
      ),
      await callOperation('POST /v1/admin/integrations/{id}/doctor', at(id)),
    ];

    expect(ends.map(({ end }) => end)).toEqual(Array.from(ends, () => '200'));
    expect(ends[0]?.body).toMatchObject({ data: [{ id: '1001:order-1' }] });
  });
});

describe.each(['preview', 'test-event'])('a %s', (what) => {
  const name = `POST /v1/admin/integrations/{id}/${what}`;
  const order = anOrder();

  it('shows the outcome of an event', async () => {
    const { id } = await connected(source);

    const { end, body } = await callOperation(name, { ...at(id), body: order });

    expect(end).toBe('200');
    expect(body).toMatchObject({ outcome: 'deliver' });
  });

  it('reports what is wrong with an event', async () => {
    const { id } = await connected(source);
    const large = { ...order, event: 'x'.repeat(40_000) };

    const ends = [
      await callOperation(name, { ...at(id), body: { type: 'nonsense' } }),
      await callOperation(name, { ...at(id), body: large }),
    ];

    expect(ends.map(({ end }) => end)).toEqual(['event_invalid', 'event_too_large']);
  });
});

describe("a test event that can't be sent", () => {
  const name = 'POST /v1/admin/integrations/{id}/test-event';

  it('is answered with the reason', async () => {
    const [none, busy, lost] = [
      await connected(source, { access_token: null }),
      await connected(source),
      await connected(source, {
        access_token: null,
        refresh_token: 'ref-ok',
        oauth_client_id: 'app-1',
        oauth_client_secret: 'secret-1',
      }),
    ];
    const body = anOrder();

    const notConnected = await callOperation(name, { ...at(none.id), body });
    linkedIn.instead(throttled);
    await callOperation('GET /v1/admin/integrations/{id}/campaigns', at(busy.id));
    const limited = await callOperation(name, { ...at(busy.id), body });
    linkedIn.instead(unreachable);
    const noAnswer = await callOperation(name, { ...at(lost.id), body });

    expect([notConnected, limited, noAnswer].map(({ end }) => end)).toEqual([
      'linkedin_not_connected',
      'rate_limited',
      'linkedin_unavailable',
    ]);
  });
});

describe('connecting LinkedIn', () => {
  const app = { oauth_client_id: 'app-1', oauth_client_secret: 'secret-1' };
  const methods = ['GET', 'POST'] as const;

  it.each(methods)('starts with a redirect: %s', async (method) => {
    const name = `${method} /v1/admin/integrations/{id}/oauth/authorize`;
    const [withApp, without] = [await connected(source, app), await connected(source, { oauth_client_id: null })];

    const ends = [await callOperation(name, at(withApp.id)), await callOperation(name, at(without.id))];
    const nowhere = await callOperation(name, { ...at(withApp.id), bindings: { PUBLIC_URL: '' } });

    expect(ends.map(({ end }) => end)).toEqual([method === 'GET' ? '302' : '200', 'oauth_app_missing']);
    expect(nowhere.end).toBe('public_url_missing');
  });

  it('ends on a page, whether it worked or not', async () => {
    const { id } = await connected(source, app);
    const callback = 'GET /oauth/linkedin/callback';
    const begin = async () => {
      const { body } = await callOperation('POST /v1/admin/integrations/{id}/oauth/authorize', at(id));
      const { url, redirect_uri } = Object(body);
      return { state: String(new URL(url).searchParams.get('state')), redirect_uri: String(redirect_uri) };
    };
    const granted = await begin();
    linkedIn.world.grants.set('code-1', {
      client_id: 'app-1',
      redirect_uri: granted.redirect_uri,
      scopes: ['r_ads', 'rw_conversions'],
      issued_at: Date.now(),
    });

    const done = await callOperation(callback, { query: `?code=code-1&state=${granted.state}` });
    const replayed = await callOperation(callback, { query: `?code=code-1&state=${granted.state}` });
    const { state } = await begin();
    const cancelled = await callOperation(callback, { query: `?error=user_cancelled_authorize&state=${state}` });
    const { state: lost } = await begin();
    linkedIn.instead(unreachable);
    const noAnswer = await callOperation(callback, { query: `?code=code-2&state=${lost}` });

    expect([done, replayed, cancelled, noAnswer].map(({ end }) => end)).toEqual(['200', '401', '400', '502']);
  });
});

describe('a token that is checked', () => {
  it('is answered with what it cannot do', async () => {
    const body = { access_token: 'tok-noscope' };

    const checked = await callOperation('POST /v1/admin/sources/{id}/check-token', { ...at(source.id), body });

    expect(checked.end).toBe('200');
    expect(checked.body).toMatchObject({ findings: [{ code: 'scope_conversions_missing' }] });
  });
});

describe("LinkedIn's objects", () => {
  const rule = { rule: '1001' };
  const calls: Record<string, (id: string) => Ask> = {
    'GET /v1/admin/integrations/{id}/ad-accounts': (id) => at(id),
    'GET /v1/admin/integrations/{id}/campaigns': (id) => at(id),
    'GET /v1/admin/integrations/{id}/conversion-rules': (id) => at(id),
    'POST /v1/admin/integrations/{id}/conversion-rules': (id) => ({
      ...at(id),
      body: { name: `Rule ${crypto.randomUUID()}`, type: 'LEAD' },
    }),
    'GET /v1/admin/integrations/{id}/conversion-rules/{rule}': (id) => at(id, rule),
    'PATCH /v1/admin/integrations/{id}/conversion-rules/{rule}': (id) => ({
      ...at(id, rule),
      body: { name: `Rule ${crypto.randomUUID()}` },
    }),
    'PUT /v1/admin/integrations/{id}/conversion-rules/{rule}/campaigns': (id) => ({
      ...at(id, rule),
      body: { campaign_ids: ['201'] },
    }),
  };
  const names = Object.keys(calls);

  it('are all described', () => {
    expect(
      having('linkedin_refused')
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(names.toSorted());
  });

  it.each(names)('answer as described: %s', async (name) => {
    const call = (id: string): Ask => calls[name]?.(id) ?? {};
    const here = await aSource();
    const [good, none, refused, down, busy] = [
      await connected(here),
      await connected(here, { access_token: null }),
      await connected(here),
      await connected(here),
      await connected(here),
    ];

    const ends = [await callOperation(name, call(good.id)), await callOperation(name, call(none.id))];
    linkedIn.instead(async () => new Response('{"status":403,"code":"ACCESS_DENIED"}', { status: 403 }));
    ends.push(await callOperation(name, call(refused.id)));
    linkedIn.instead(throttled);
    ends.push(await callOperation(name, call(busy.id)));
    linkedIn.instead(unreachable);
    ends.push(await callOperation(name, call(down.id)));

    expect(ends.map(({ end }) => end)).toEqual([
      name.startsWith('POST') ? '201' : '200',
      'linkedin_not_connected',
      'linkedin_refused',
      'rate_limited',
      'linkedin_unavailable',
    ]);
  });

  it('are created once, and one at a time', async () => {
    const { id } = await connected(source);
    const name = 'POST /v1/admin/integrations/{id}/conversion-rules';
    const call = { ...at(id), body: { name: 'Made once', type: 'PURCHASE' } };
    await callOperation(name, call);

    const found = await callOperation(name, call);
    await env.CREDENTIALS.getByName(id).tryStart('create_conversion_rule');
    const busy = await callOperation(name, call);

    expect([found.end, busy.end]).toEqual(['200', 'in_progress']);
  });
});

describe('the collector', () => {
  const collecting = operations.filter(({ path }) => /^\/v1\/\w+$/.test(path));
  const bodyFor = (name: string, over: Record<string, unknown> = {}) => {
    const type = name.split('/').at(-1) ?? '';
    const event = { type, event: 'Order Completed', messageId: crypto.randomUUID(), ...over };
    return type === 'batch' ? { batch: [{ ...event, type: 'track' }] } : event;
  };
  const from = ({ write_key: key }: MadeSource, body: unknown): Ask => ({ body, token: key });
  // Implements only the methods that the collector calls.
  const stubbed = (bindings: Record<string, unknown>): Partial<Env> => Object(bindings);
  /** Neither KV nor the registry, which is asked in its place, can be reached. */
  const unconfigured = stubbed({
    CONFIG: { get: unreachable },
    REGISTRY: { getByName: () => ({ published: unreachable }) },
  });

  it.each(collecting)('answers as described: $name', async ({ name }) => {
    const here = await aSource({ allowed_origins: ['https://www.example.com'] });
    // Events that no rule asks for don't reach the outbox.
    const types = ['track', 'page', 'identify', 'group', 'alias', 'screen'];
    const trigger = types.map((type) => `type = "${type}"`).join(' or ');
    const all = { name: 'All', enabled: true, trigger, conversion_rule_id: '1001', fields: {} };
    await anIntegrationOf(here, { config: { mappings: [all] } });
    const fresh = await aSource();
    const body = bodyFor(name);
    const full = { getByName: () => ({ enqueue: async () => ({ kind: 'full' }) }) };
    const reset = (): Promise<never> => Promise.reject(new Error('Durable Object reset'));
    const gone = { getByName: () => ({ enqueue: reset, count: reset }) };

    const ends = [
      await callOperation(name, from(here, body)),
      await callOperation(name, from(here, '[]')),
      await callOperation(name, from(here, bodyFor(name, { properties: 7, traits: 7 }))),
      await callOperation(name, from(here, bodyFor(name, { userId: 'x'.repeat(40_000) }))),
      await callOperation(name, { body }),
      await callOperation(name, { body, token: 'wk_unknown' }),
      await callOperation(name, { ...from(here, body), headers: { Origin: 'https://evil.example' } }),
      await callOperation(name, {
        ...from(here, body),
        bindings: stubbed({ COLLECTOR_LIMIT: { limit: async () => ({ success: false }) } }),
      }),
      await callOperation(name, { ...from(fresh, body), bindings: unconfigured }),
      await callOperation(name, { ...from(here, body), bindings: stubbed({ OUTBOX: full }) }),
      await callOperation(name, { ...from(here, body), bindings: stubbed({ OUTBOX: gone, TALLY: gone }) }),
    ];
    // Only the tally gets screen events, and it is never full.
    const whenFull = name.endsWith('/screen') ? '200' : 'outbox_full';

    expect(ends.map(({ end }) => end)).toEqual([
      '200',
      'body_not_an_object',
      'event_invalid',
      'event_too_large',
      'key_missing',
      'key_unknown',
      'origin_not_allowed',
      'rate_limited',
      'config_unavailable',
      whenFull,
      'outbox_unavailable',
    ]);
  });

  it('accepts batches as lists of up to 500 events', async () => {
    const name = 'POST /v1/batch';

    const ends = [
      await callOperation(name, from(source, { batch: 'x' })),
      await callOperation(name, from(source, { batch: Array.from({ length: 501 }, () => ({ type: 'page' })) })),
      await callOperation(name, from(source, { batch: [{ type: 'page' }, { type: 'nonsense' }] })),
    ];

    expect(ends.map(({ end }) => end)).toEqual(['batch_invalid', 'too_many_events', '200']);
  });

  it('reports that it runs, and its version', async () => {
    expect((await callOperation('GET /healthz')).end).toBe('200');
    expect((await callOperation('GET /openapi.json')).end).toBe('200');
  });

  it('reports whether the cron trigger and the alarms run, to whoever has a token', async () => {
    const deep = (call: Ask) => callOperation('GET /healthz', { query: '?deep=1', ...call });
    await env.ALERTS.getByName('alerts').beginRound();
    // The guesser has to wait for a minute, which may be over by now.
    await guessTooOften();
    const ends = [
      await deep({ token: tokens.viewer }),
      await deep({
        token: tokens.viewer,
        bindings: stubbed({ OUTBOX: { getByName: () => ({ pulse: unreachable }) } }),
      }),
      await deep({ token: null }),
      await deep({ token: 'wrong', headers: { 'CF-Connecting-IP': crypto.randomUUID() } }),
      await deep({ token: tokens.expired }),
      await deep({ token: null, headers: { Cookie: cookie, 'Sec-Fetch-Site': 'cross-site' } }),
      await deep({ token: 'wrong', headers: { 'CF-Connecting-IP': GUESSER } }),
      await deep({ token: tokens.viewer, bindings: { ADMIN_TOKEN: '' } }),
    ];

    expect(ends.map(({ end }) => end)).toEqual([
      '200',
      'not_running',
      'token_missing',
      'token_invalid',
      'token_expired',
      'cross_site',
      'too_many_guesses',
      'admin_not_configured',
    ]);
    expect(ends[1]?.body).toMatchObject({ detail: `${source.id} does not answer.`, sources: 1, oldest_waiting: null });
  });

  it("answers the requests that Segment's and RudderStack's SDKs make before they start", async () => {
    const fresh = await aSource();
    const broken = { bindings: unconfigured };
    const segment = 'GET /v1/projects/{write_key}/settings';
    const rudder = 'GET /sourceConfig/';

    const ends = [
      await callOperation(segment, { at: { write_key: fresh.write_key } }),
      await callOperation(segment, { at: { write_key: 'wk_unknown' } }),
      await callOperation(segment, { at: { write_key: (await aSource()).write_key }, ...broken }),
      await callOperation(rudder, { query: `?writeKey=${fresh.write_key}` }),
      await callOperation(rudder),
      await callOperation(rudder, { query: '?writeKey=wk_unknown' }),
      await callOperation(rudder, { query: `?writeKey=${(await aSource()).write_key}`, ...broken }),
    ];

    expect(ends.map(({ end }) => end)).toEqual([
      '200',
      'key_unknown',
      'config_unavailable',
      '200',
      'key_missing',
      'key_unknown',
      'config_unavailable',
    ]);
  });
});

describe('the whole instance', () => {
  it('says which release runs', async () => {
    expect((await callOperation('GET /v1/admin/instance')).end).toBe('200');
  });

  /** Deletes the sources above, so it comes last. */
  it('is stopped, backed up, restored and started', async () => {
    await emptied();
    await connected(await aSource());
    const stopped = await callOperation('POST /v1/admin/stop');
    const backup = await callOperation('GET /v1/admin/backup');
    const started = await callOperation('POST /v1/admin/start');
    const file = String(backup.body);
    const lines = file.trimEnd().split('\n');
    const part = (from: number, to: number): Ask => ({
      query: '?more=true',
      body: lines
        .slice(from, to)
        .map((line) => `${line}\n`)
        .join(''),
    });
    const notEmpty = await callOperation('POST /v1/admin/restore', { body: file });
    await emptied();
    const ends = [
      await callOperation('POST /v1/admin/restore', {}),
      await callOperation('POST /v1/admin/restore', { body: 'x' }),
      await callOperation('POST /v1/admin/restore', { body: file, bindings: { ENCRYPTION_KEY: btoa('k'.repeat(32)) } }),
      await callOperation('POST /v1/admin/restore', { ...part(0, -1), query: '' }),
      await callOperation('POST /v1/admin/restore', part(0, 3)),
      await callOperation('POST /v1/admin/restore', { body: (await aLineOfAnother()).line }),
      await callOperation('GET /v1/admin/backup'),
      await callOperation('DELETE /v1/admin/restore'),
      await callOperation('POST /v1/admin/restore', { body: file }),
    ];

    expect([stopped, backup, started, notEmpty, ...ends].map(({ end }) => end)).toEqual([
      '204',
      '200',
      '204',
      'not_empty',
      'body_empty',
      'backup_invalid',
      'backup_key_missing',
      'backup_incomplete',
      '200',
      'in_progress',
      'in_progress',
      '204',
      '200',
    ]);
  });

  async function aLineOfAnother(): Promise<{ line: string }> {
    const key = await backupKey(Uint8Array.fromBase64(env.ENCRYPTION_KEY ?? ''));
    return signedLine(key, '', JSON.stringify({ n: 1, record: 'begin', format: 1, version: '0', made_at: '' }));
  }
});

it('every operation and every documented problem is tested', () => {
  expect(notExercised()).toEqual([]);
});
