import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';

import { aHook, post, SIGNED, taken } from '../support/a-hook.ts';
import type { HookAnswer, MadeHook } from '../support/a-hook.ts';
import { admin, ask, outcomes, problemOf } from '../support/api.ts';
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
  const leadHook = await admin(`/sources/${source.id}/hooks`, {
    body: { name: 'Leads', lawful_basis: 'consent', ...LEAD_SYNC },
  });
  await notify(await leadHook.json(), aLead('deal-1'));
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
