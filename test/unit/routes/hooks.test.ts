import { beforeEach, describe, expect, it, vi } from 'vitest';

import { aHook, post, SIGNED } from '../support/a-hook.ts';
import type { HookAnswer } from '../support/a-hook.ts';
import { admin, ask, outcomes } from '../support/api.ts';

beforeEach(() => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json({ elements: [] }));
});

const hourAgo = Date.now() - 3_600_000;

/** A body of each CRM, with the fields of its documentation. */
const BODIES = {
  // https://developers.hubspot.com/docs/api-reference/webhooks-webhooks-v3/guide (read 2026-11)
  hubspot: [
    {
      objectId: 1246965,
      propertyName: 'lifecyclestage',
      propertyValue: 'marketingqualifiedlead',
      changeSource: 'CRM',
      eventId: 3816279340,
      subscriptionId: 25,
      portalId: 33,
      appId: 1160452,
      occurredAt: hourAgo,
      subscriptionType: 'contact.propertyChange',
      attemptNumber: 0,
      email: 'anna@firm.de',
    },
  ],
  salesforce: {
    stage: 'marketingqualifiedlead',
    deal_id: '006xx',
    email: 'anna@firm.de',
    time: new Date(hourAgo).toISOString(),
  },
  // https://pipedrive.readme.io/docs/guide-for-webhooks-v2 (read 2026-11)
  pipedrive: {
    meta: {
      action: 'change',
      entity: 'deal',
      version: '2.0',
      entity_id: 1,
      attempt: 1,
      timestamp: new Date(hourAgo).toISOString(),
    },
    data: {
      id: 1,
      title: 'Deal 01',
      value: 100,
      currency: 'EUR',
      status: 'open',
      stage_id: 7,
      person_id: 3,
      probability: 40,
      custom_fields: { e1: { type: 'varchar', value: 'anna@firm.de' } },
    },
    previous: { stage_id: 1 },
  },
  // https://learn.microsoft.com/en-us/linkedin/marketing/lead-sync/leadsync, the fields in a copy of 2026-08
  linkedin_lead_sync: {
    type: 'LEAD_ACTION',
    leadGenFormResponse: 'urn:li:leadGenFormResponse:5ddb5a4a-5b0b-4a3e-9d3e-1e2d3c4b5a69-5',
    leadGenForm: 'urn:li:versionedLeadGenForm:(urn:li:leadGenForm:7430,1)',
    owner: { sponsoredAccount: 'urn:li:sponsoredAccount:100' },
    associatedEntity: { creative: 'urn:li:sponsoredCreative:2001' },
    leadType: 'SPONSORED',
    leadAction: 'CREATED',
    occurredAt: hourAgo,
  },
  generic: {
    type: 'deal.changed',
    timestamp: new Date(hourAgo).toISOString(),
    data: { stage: 'marketingqualifiedlead', deal_id: '9', email: 'anna@firm.de', time: hourAgo },
  },
};

const STAGES = {
  stages: [
    { event: 'MQL', values: ['marketingqualifiedlead', '7'] },
    { event: 'SQL', values: ['salesqualifiedlead', '8'] },
    { event: 'Won', values: ['won', 'closedwon'] },
  ],
};

const INPUT = {
  hubspot: { kind: 'hubspot', secret: 'client-secret-of-the-app', stages: STAGES },
  salesforce: { kind: 'salesforce', stages: STAGES },
  pipedrive: {
    kind: 'pipedrive',
    stages: STAGES,
    fields: { email: { '@path': '$.properties.data.custom_fields.e1.value' } },
  },
  linkedin_lead_sync: { kind: 'linkedin_lead_sync', secret: 'client-secret-of-the-app', event: 'MQL' },
  generic: { kind: 'generic', stages: STAGES },
};

const KINDS = ['hubspot', 'salesforce', 'pipedrive', 'linkedin_lead_sync', 'generic'] as const;

describe.each(KINDS)('a hook for %s', (kind) => {
  it('stores a change once, however often it comes', async () => {
    const { source, hook } = await aHook(INPUT[kind]);
    const body = JSON.stringify(BODIES[kind]);

    const answers: unknown[] = [];
    for (let attempt = 0; attempt < 3; attempt += 1)
      answers.push(await (await post(hook, body, await SIGNED[kind](hook, body))).json());

    expect(answers).toMatchObject([
      { changes: 1, sent: 1 },
      { sent: 0, duplicates: 1 },
      { sent: 0, duplicates: 1 },
    ]);
    expect(await outcomes(source)).toMatchObject([{ event: 'MQL', email: kind !== 'linkedin_lead_sync' }]);
  });

  it('refuses a wrong byte, and stores nothing', async () => {
    const { source, hook } = await aHook(INPUT[kind]);
    const body = JSON.stringify(BODIES[kind]);
    const headers = await SIGNED[kind](hook, body);
    // Not the last character, because some of its bits are not part of the signature.
    const wrong = Object.entries(headers).flatMap(([name, value]) =>
      /timestamp/i.test(name)
        ? []
        : [{ ...headers, [name]: value.replace(/.(?=.{4}=*$)/, (last) => (/a/i.test(last) ? 'B' : 'A')) }],
    );

    const refused = [
      ...wrong.map((each) => post(hook, body, each)),
      post(hook, body, {}),
      ...(kind === 'pipedrive' ? [] : [post(hook, `${body} `, headers)]),
      post({ ...hook, path: '/v1/hooks/hook_nobody' }, body, headers),
    ];

    for (const response of refused) expect((await response).status).toBe(401);
    expect(await outcomes(source)).toEqual([]);
  });
});

describe('a request without a signature is answered in one way, so that nobody learns which hooks exist', () => {
  const gzipped = async (text: string): Promise<Uint8Array> =>
    new Uint8Array(
      await new Response(new Blob([text]).stream().pipeThrough(new CompressionStream('gzip'))).arrayBuffer(),
    );
  const large = 'x'.repeat(1024 * 1024 + 1);

  it.each([
    ['a change', 'signature_invalid', {}, async () => '{}'],
    ['no body', 'signature_invalid', {}, async () => ''],
    ['over 1 MiB', 'body_too_large', {}, async () => large],
    ['broken gzip', 'body_not_json', { 'Content-Encoding': 'gzip' }, async () => '{}'],
    ['gzip of over 1 MiB', 'body_too_large', { 'Content-Encoding': 'gzip' }, async () => gzipped(large)],
    ['another encoding', 'content_encoding_unsupported', { 'Content-Encoding': 'br' }, async () => '{}'],
  ])('%s: %s', async (_, code, headers, bodyOf) => {
    const { hook } = await aHook(INPUT.generic);
    const body = await bodyOf();

    const answers = [hook.path, '/v1/hooks/hook_nobody', '/v1/hooks/nobody'].map(async (path) => {
      const response = await ask(path, { body, headers });
      return { status: response.status, body: await response.json() };
    });

    const [existing, ...invented] = await Promise.all(answers);
    expect(existing).toMatchObject({ body: { type: `urn:directflight:problem:${code}` } });
    expect(invented).toEqual([existing, existing]);
  });
});

it.each(['hubspot', 'generic'] as const)('a signature of %s is valid for five minutes', async (kind) => {
  const { hook } = await aHook(INPUT[kind]);
  const body = JSON.stringify(BODIES[kind]);

  const old = await post(hook, body, await SIGNED[kind](hook, body, Date.now() - 301_000));
  const early = await post(hook, body, await SIGNED[kind](hook, body, Date.now() + 330_000));

  expect([old.status, early.status]).toEqual([401, 401]);
});

describe('stages', () => {
  const change = (stage: string, minute: number, more: Record<string, unknown> = {}) => ({
    data: { stage, deal_id: 'deal-1', email: 'anna@firm.de', time: hourAgo + minute * 60_000, ...more },
  });

  async function sentBy(stages: Record<string, unknown>, changes: readonly unknown[]): Promise<string[]> {
    const { source, hook } = await aHook({ kind: 'generic', stages: { ...STAGES, ...stages } });
    for (const each of changes) {
      const body = JSON.stringify(each);
      const response = await post(hook, body, await SIGNED.generic(hook, body));
      expect(await response.json<HookAnswer>()).toMatchObject({ changes: Array.isArray(each) ? each.length : 1 });
    }
    return (await outcomes(source)).map(({ event }) => event ?? '').toSorted();
  }

  const mql = change('marketingqualifiedlead', 1);
  const sql = change('salesqualifiedlead', 2);
  const back = change('marketingqualifiedlead', 3);
  const again = change('SalesQualifiedLead', 4);

  it.each([
    ['are each sent once, in any order', {}, [sql, mql, sql], ['MQL', 'SQL']],
    ['that were skipped are left', {}, [sql], ['SQL']],
    ['that were skipped are sent too, if you choose so', { on_skip: 'fill' }, [sql], ['MQL', 'SQL']],
    ['that a deal goes back to and reaches again are not sent again', {}, [mql, sql, back, again], ['MQL', 'SQL']],
    [
      'are sent again after the deal went back, if you choose so',
      { on_back: 'again' },
      [mql, sql, back, again],
      ['MQL', 'SQL', 'SQL'],
    ],
    [
      'are the same when the change back comes late',
      { on_back: 'again' },
      [mql, sql, again, back],
      ['MQL', 'SQL', 'SQL'],
    ],
    [
      'that were sent are not sent once more when what came before them comes late',
      { on_back: 'again' },
      [again, sql, back],
      ['SQL', 'SQL'],
    ],
    ['that a late step back precedes are sent once', { on_back: 'again' }, [again, mql, back], ['MQL', 'SQL']],
    ['are the same in one request', { on_back: 'again' }, [[again, back, sql, mql]], ['MQL', 'SQL', 'SQL']],
    ['with an unknown name are left', {}, [change('Elsewhere', 1)], []],
  ])('%s', async (_, stages, changes, expected) => {
    expect(await sentBy(stages, changes)).toEqual(expected);
  });

  it('have a value by amount and probability, by table and by currency', async () => {
    const { source, hook } = await aHook({
      kind: 'generic',
      stages: {
        stages: [
          { event: 'MQL', values: ['mql'], value: { from: 'expected' } },
          { event: 'SQL', values: ['sql'], value: { from: 'table', amounts: { EUR: '50', USD: '60' } } },
          { event: 'Won', values: ['won'] },
        ],
      },
    });
    const money = { value: '1.000,00', currency: 'USD', probability: '40 %' };
    const body = JSON.stringify([change('mql', 1, money), change('sql', 2, money), change('won', 3, money)]);
    await post(hook, body, await SIGNED.generic(hook, body));
    const { data } = await (await admin(`/integrations?source_id=${source.id}`)).json<{ data: { id: string }[] }>();
    const list = `/integrations/${data[0]?.id}/deliveries`;
    const { data: deliveries } = await (await admin(list)).json<{ data: { id: string }[] }>();

    const payloads = await Promise.all(
      deliveries.map(async ({ id }) => (await admin(`${list}/${encodeURIComponent(id)}`)).text()),
    );
    const values = payloads.map((payload) => /"amount":\s*"([\d.]+)"/.exec(payload)?.[1]);
    expect(new Set(values)).toEqual(new Set(['1000.00', '400.00', '60.00']));
  });
});

it('matches a lead form’s answer by its ID, without an e-mail', async () => {
  const { source, hook } = await aHook({ kind: 'generic', event: 'Lead' });
  const body = JSON.stringify({ data: { lead_id: 'abc-123', time: hourAgo, event_id: 'e-1' } });

  const answer = await (await post(hook, body, await SIGNED.generic(hook, body))).json<HookAnswer>();

  expect(answer).toMatchObject({ sent: 1 });
  expect(await outcomes(source)).toMatchObject([
    { event: 'Lead', email: false, deliveries: [{ conversion_rule_id: '1005' }] },
  ]);
});
