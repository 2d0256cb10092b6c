import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { aHook, post, SIGNED, taken } from '../support/a-hook.ts';
import type { HookAnswer, MadeHook } from '../support/a-hook.ts';
import { admin, aServerKey, ask, outcomes, problemOf } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';

beforeEach(() => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json({ elements: [] }));
});

const hourAgo = Date.now() - 3_600_000;
const LEAD_SYNC = { kind: 'linkedin_lead_sync', secret: 'client-secret-of-the-app', event: 'Lead' };

/** The fields of https://learn.microsoft.com/en-us/linkedin/marketing/lead-sync/leadsync, in a copy of 2026-08. */
const aLead = (id: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  type: 'LEAD_ACTION',
  leadGenFormResponse: `urn:li:leadGenFormResponse:${id}`,
  leadGenForm: 'urn:li:versionedLeadGenForm:(urn:li:leadGenForm:7430,1)',
  owner: { sponsoredAccount: 'urn:li:sponsoredAccount:100' },
  leadType: 'SPONSORED',
  leadAction: 'CREATED',
  occurredAt: hourAgo,
  ...more,
});

async function notify(hook: MadeHook, lead: unknown): Promise<HookAnswer> {
  const body = JSON.stringify(lead);
  return (await post(hook, body, await SIGNED.linkedin_lead_sync(hook, body))).json();
}

async function hookOf(source: MadeSource, input: Record<string, unknown>): Promise<MadeHook> {
  const body = { name: 'More', lawful_basis: 'consent', ...input };
  return (await admin(`/sources/${source.id}/hooks`, { body })).json();
}

let made: { source: MadeSource; hook: MadeHook; integration: { id: string } };
beforeAll(async () => {
  made = await aHook(LEAD_SYNC);
});

describe('LinkedIn’s check of an address', () => {
  const challenge = (path: string, code: string): Promise<Response> => ask(`${path}?challengeCode=${code}`, {});

  it('is answered with the code and its signature', async () => {
    const response = await challenge(made.hook.path, '890e4665-4dfe-4ab1-b689-ed553bceeed0');

    expect(response.status).toBe(200);
    // printf 890e4665-4dfe-4ab1-b689-ed553bceeed0 | openssl dgst -sha256 -hmac client-secret-of-the-app
    expect(await response.json()).toEqual({
      challengeCode: '890e4665-4dfe-4ab1-b689-ed553bceeed0',
      challengeResponse: '713d725802d89fcc3292a0f588307d334b5ecbcfc4f1417380ba57c1aec591e8',
    });
  });

  it.each(['hmacsha256={"leadAction":"CREATED"}', '{}', '', '890e46654dfe4ab1b689ed553bceeed0'])(
    'signs nothing but a UUID, so that nobody gets a signature for the body %j',
    async (code) => {
      const refused = await challenge(made.hook.path, encodeURIComponent(code));

      expect(await problemOf(refused)).toMatchObject({ status: 400, code: 'field_invalid' });
    },
  );

  it('is answered by no other hook', async () => {
    const { hook } = await aHook({ kind: 'generic' });

    for (const path of [hook.path, '/v1/hooks/hook_nobody'])
      expect((await challenge(path, crypto.randomUUID())).status).toBe(404);
  });

  it('is answered by a disabled hook, so that LinkedIn doesn’t block its address', async () => {
    const { source, hook } = await aHook(LEAD_SYNC);
    await admin(`/sources/${source.id}/hooks/${hook.id}`, { method: 'PATCH', body: { enabled: false } });

    expect((await challenge(hook.path, crypto.randomUUID())).status).toBe(200);
    const body = JSON.stringify(aLead('off-1'));
    expect((await post(hook, body, await SIGNED.linkedin_lead_sync(hook, body))).status).toBe(403);
  });
});

it('takes both readings of where LinkedIn writes hmacsha256=', async () => {
  const body = JSON.stringify(aLead('both-1'));
  const { 'X-LI-Signature': own } = await SIGNED.linkedin_lead_sync(made.hook, body);

  const written = await post(made.hook, body, { 'X-LI-Signature': `hmacsha256=${own}` });

  expect(written.status).toBe(200);
});

it('needs the app’s client secret, and an event', async () => {
  const { id } = made.source;
  const { secret: _, ...withoutSecret } = LEAD_SYNC;
  const { event: __, ...withoutEvent } = LEAD_SYNC;
  const input = { name: 'Leads', lawful_basis: 'consent' };

  const answers = [withoutSecret, withoutEvent].map((each) =>
    admin(`/sources/${id}/hooks`, { body: { ...input, ...each } }),
  );

  for (const [index, pointer] of ['/secret', '/event'].entries())
    expect(await problemOf((await answers[index]) ?? new Response())).toMatchObject({ status: 400, pointer });
});

it('sends a lead once by its ID alone, however often LinkedIn notifies', async () => {
  const { source, hook } = await aHook(LEAD_SYNC);
  const again = { occurredAt: hourAgo + 60_000 };

  const answers = [
    await notify(hook, aLead('twice-1')),
    await notify(hook, aLead('twice-1')),
    await notify(hook, [aLead('twice-1', again), aLead('twice-2')]),
  ];

  expect(answers).toMatchObject([
    { sent: 1, outcomes: [{ index: 0, event: 'Lead', outcome: 'sent' }] },
    { sent: 0, duplicates: 1, outcomes: [{ index: 0, outcome: 'duplicate' }] },
    {
      sent: 1,
      duplicates: 1,
      outcomes: [
        { index: 0, outcome: 'duplicate' },
        { index: 1, outcome: 'sent' },
      ],
    },
  ]);
  expect(await outcomes(source)).toMatchObject([
    { event: 'Lead', email: false, deliveries: [{}] },
    { event: 'Lead', email: false, deliveries: [{}] },
  ]);
});

it('sends no deleted lead, and counts nothing as refused', async () => {
  const { source, hook } = await aHook(LEAD_SYNC);

  const answer = await notify(hook, aLead('gone-1', { leadAction: 'DELETED' }));

  expect(answer).toMatchObject({ changes: 1, sent: 0, skipped: { lead_deleted: 1 } });
  expect(await outcomes(source)).toEqual([]);
  const { totals } = await (await admin(`/sources/${source.id}/refusals?hours=24`)).json<{ totals: object }>();
  expect(totals).toEqual({});
});

it('a lead’s later stages come from the CRM, once each, by the lead’s ID', async () => {
  const { source, hook } = await aHook({
    kind: 'generic',
    stages: { stages: ['MQL', 'SQL'].map((event) => ({ event, values: [event] })), on_skip: 'fill' },
  });
  await notify(await hookOf(source, LEAD_SYNC), aLead('deal-1'));
  const change = { data: { stage: 'SQL', lead_id: 'deal-1', time: hourAgo + 60_000 } };

  const first = await taken(hook, change);
  const again = await taken(hook, change);

  expect(first.outcomes).toEqual([
    { index: 0, event: 'MQL', outcome: 'sent' },
    { index: 0, event: 'SQL', outcome: 'sent' },
  ]);
  expect(again.outcomes).toEqual([{ index: 0, event: 'SQL', outcome: 'duplicate' }]);
  expect((await outcomes(source)).map(({ event, email }) => ({ event, email }))).toEqual(
    expect.arrayContaining(['Lead', 'MQL', 'SQL'].map((event) => ({ event, email: false }))),
  );
});

it('LinkedIn gets the lead’s URN as the only identifier', async () => {
  const { source, hook, integration } = await aHook(LEAD_SYNC);
  await notify(hook, aLead('urn-1'));
  const list = `/integrations/${integration.id}/deliveries`;
  const { data } = await (await admin(list)).json<{ data: { id: string }[] }>();

  const story = await (await admin(`${list}/${encodeURIComponent(data[0]?.id ?? '')}`)).text();

  expect(story).toContain('"userIds":[]');
  expect(story).toMatch(/"lead":/);
  expect(await outcomes(source)).toHaveLength(1);
});

describe('a deleted lead', () => {
  const deleted = (id: string): Record<string, unknown> => aLead(id, { leadAction: 'DELETED' });
  const gone = { sent: 0, skipped: { lead_deleted: 1 } };

  it('is not sent although its conversion waits already, and the leads of others still are', async () => {
    const { source, hook, integration } = await aHook(LEAD_SYNC);
    // Without a token, everything is held.
    await notify(hook, aLead('waits-1'));
    await notify(hook, aLead('waits-2'));

    expect(await notify(hook, deleted('waits-1'))).toMatchObject(gone);

    const states = (await outcomes(source)).map(({ state }) => state).toSorted();
    expect(states).toHaveLength(2);
    expect(states.filter((state) => state === 'erased')).toHaveLength(1);
    const list = await admin(`/integrations/${integration.id}/deliveries?state=erased`);
    const { data } = await list.json<{ data: { id: string; reason: string }[] }>();
    expect(data).toMatchObject([{ reason: 'lead_deleted' }]);
    expect(await notify(hook, aLead('waits-1'))).toMatchObject(gone);
    expect((await outcomes(source)).map(({ state }) => state).toSorted()).toEqual(states);
  });

  it('ends what waits for the same lead from a server, a file or another hook', async () => {
    const { source, hook } = await aHook(LEAD_SYNC);
    const crm = await hookOf(source, { kind: 'generic', event: 'MQL' });
    const time = new Date(hourAgo).toISOString();
    const properties = { linkedin_lead_id: 'many-1' };
    await ask('/v1/track', {
      body: { event: 'SQL', timestamp: time, properties, context: { consent: { advertising: true } } },
      headers: { Authorization: `Basic ${btoa(`${await aServerKey(source)}:`)}` },
    });
    await taken(crm, { data: { lead_id: 'many-1', time, email: 'a@firm.de' } });
    await taken(crm, { data: { lead_id: 'other-1', time, email: 'b@firm.de' } });

    await notify(hook, deleted('many-1'));

    const states = (await outcomes(source)).map(({ event, state }) => `${event} ${state}`);
    expect(states.map((each) => each.replace(/held|pending/, 'waits')).toSorted()).toEqual([
      'MQL erased',
      'MQL waits',
      'SQL erased',
    ]);
  });

  it.each([
    ['a notification', async (hook: MadeHook) => notify(hook, deleted('early-1'))],
    [
      'a notification in lower case',
      async (hook: MadeHook) => notify(hook, aLead('early-1', { leadAction: 'deleted' })),
    ],
    ['a list', async (hook: MadeHook) => notify(hook, [deleted('early-1')])],
  ])('that %s has told of before its creation is not sent', async (_how, tell) => {
    const { source, hook } = await aHook(LEAD_SYNC);

    expect(await tell(hook)).toMatchObject(gone);
    expect(await notify(hook, aLead('early-1'))).toMatchObject(gone);
    expect(await outcomes(source)).toEqual([]);
  });

  it('is not sent by a call that has both notifications, in either order, or by another hook or a file', async () => {
    const { source, hook } = await aHook(LEAD_SYNC);
    const crm = await hookOf(source, { kind: 'generic', event: 'MQL' });
    const time = new Date(hourAgo).toISOString();
    const both = { sent: 0, skipped: { lead_deleted: 2 } };

    expect(await notify(hook, [aLead('both-1'), deleted('both-1')])).toMatchObject(both);
    expect(await notify(hook, [deleted('both-2'), aLead('both-2')])).toMatchObject(both);
    expect(await taken(crm, { data: { lead_id: 'both-1', time, email: 'a@firm.de' } })).toMatchObject(gone);
    const file = await admin(`/sources/${source.id}/imports?preview=true&event=MQL`, {
      body: `linkedin_lead_id,time\nboth-1,${time}\nother-1,${time}\n`,
      headers: { 'Content-Type': 'text/csv' },
    });
    expect(await file.json()).toMatchObject({ sendable: 1, refused: 1, problem_counts: { lead_deleted: 1 } });
    expect(await outcomes(source)).toEqual([]);
  });

  describe('is the same lead in capitals', () => {
    const id = (name: string) => `5ddb5a4a-5b0b-4a3e-9d3e-${name}-4`;
    const mql = (leadId: string) => ({
      data: { lead_id: leadId, time: new Date(hourAgo).toISOString(), email: 'a@firm.de' },
    });

    it.each([
      ['LinkedIn writes it in small letters', (text: string) => text, (text: string) => text.toUpperCase()],
      ['LinkedIn writes it in capitals', (text: string) => text.toUpperCase(), (text: string) => text],
    ])('not sent later, and what waits is erased, if %s', async (_, byLinkedIn, byCrm) => {
      const { source, hook } = await aHook(LEAD_SYNC);
      const crm = await hookOf(source, { kind: 'generic', event: 'MQL' });
      await taken(crm, mql(byCrm(id('waits'))));

      await notify(
        hook,
        [id('waits'), id('later')].map((each) => deleted(byLinkedIn(each))),
      );

      expect((await outcomes(source)).map(({ state }) => state)).toEqual(['erased']);
      expect(await taken(crm, mql(byCrm(id('later'))))).toMatchObject(gone);
      const file = await admin(`/sources/${source.id}/imports?preview=true&event=MQL`, {
        body: `linkedin_lead_id,time\n${byCrm(id('later'))},${new Date(hourAgo).toISOString()}\n`,
        headers: { 'Content-Type': 'text/csv' },
      });
      expect(await file.json()).toMatchObject({ problem_counts: { lead_deleted: 1 } });
    });

    it('has the same stages', async () => {
      const { hook } = await aHook({ kind: 'generic', stages: { stages: [{ event: 'MQL', values: ['mql'] }] } });
      const change = (leadId: string, minute: number) => ({
        data: { stage: 'mql', lead_id: leadId, time: hourAgo + minute * 60_000 },
      });

      const answers = [
        await taken(hook, change(id('stages').toUpperCase(), 0)),
        await taken(hook, change(id('stages'), 1)),
        await taken(hook, change(id('StaGes'), 2)),
      ];

      expect(answers).toMatchObject([{ sent: 1 }, { sent: 0 }, { sent: 0 }]);
    });

    it('is erased on request', async () => {
      const { hook } = await aHook({ kind: 'generic', event: 'MQL' });
      await taken(hook, mql(id('asked').toUpperCase()));

      const erased = await admin('/people/erase', { body: { lead_id: id('asked') } });

      expect(await erased.json()).toMatchObject({ erased: 1 });
    });
  });

  it('is remembered for 90 days, without its ID', async () => {
    const { source, hook } = await aHook(LEAD_SYNC);
    await notify(hook, deleted('old-1'));
    const imports = env.IMPORTS.getByName(source.id);
    const stored = await runInDurableObject(imports, (_, { storage }) => {
      const rows = storage.sql.exec('SELECT * FROM deleted_leads').toArray();
      storage.sql.exec('UPDATE deleted_leads SET at_ms = at_ms - 91 * 86400000');
      return JSON.stringify(rows);
    });

    expect(stored).toMatch(/row-[\da-f]{32}/);
    expect(stored).not.toContain('old-1');
    await notify(hook, aLead('any-1'));
    expect(await notify(hook, aLead('old-1'))).toMatchObject({ sent: 1 });
  });
});

describe('a notification', () => {
  let known: { source: MadeSource; hook: MadeHook } | undefined;

  it.each([
    [{ leadAction: 'created' }, 'sent'],
    [{ leadAction: ' Created ', type: 'lead_action' }, 'sent'],
    [{ type: undefined }, 'sent'],
    [{ owner: { organization: 'urn:li:organization:7' } }, 'sent'],
    [{ owner: undefined }, 'sent'],
    [{ leadAction: 'UPDATED' }, 'lead_action_unknown'],
    [{ leadAction: undefined }, 'lead_action_unknown'],
    [{ leadAction: null }, 'lead_action_unknown'],
    [{ leadAction: ['CREATED'] }, 'lead_action_unknown'],
    [{ type: 'OTHER' }, 'lead_notification_unknown'],
    [{ type: 7 }, 'lead_notification_unknown'],
    [{ type: 'OTHER', leadAction: 'DELETED' }, 'lead_deleted'],
    [{ owner: { sponsoredAccount: 'urn:li:sponsoredAccount:999' } }, 'lead_of_other_account'],
  ])('with %j is %s', async (more, outcome) => {
    known ??= await aHook(LEAD_SYNC);

    const answer = await notify(known.hook, aLead(`odd-${crypto.randomUUID()}`, more));

    expect(answer.outcomes.map((each) => each.outcome)).toEqual([outcome]);
  });

  it('that is not used is counted as refused with its reason, also by a hook with stages', async () => {
    const { source, hook } = await aHook({
      ...LEAD_SYNC,
      stages: { stages: [{ event: 'Lead', values: ['CREATED', 'UPDATED'] }] },
    });

    const answer = await notify(hook, [
      aLead('s-1', { leadAction: 'UPDATED' }),
      aLead('s-2', { type: 'X' }),
      aLead('s-3'),
    ]);

    expect(answer).toMatchObject({ sent: 1, skipped: { lead_action_unknown: 1, lead_notification_unknown: 1 } });
    await expect
      .poll(async () => (await admin(`/sources/${source.id}/refusals?hours=24`)).text())
      .toContain('lead_action_unknown');
  });
});
