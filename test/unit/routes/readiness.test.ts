import { beforeAll, beforeEach, expect, it, vi } from 'vitest';

import type { Readiness } from '../../../worker/schema/reports/readiness.ts';
import { aHook, post, SIGNED, taken } from '../support/a-hook.ts';
import { admin, anIntegrationOf, aSource } from '../support/api.ts';

beforeEach(() => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json({ elements: [] }));
});

const DAY_MS = 86_400_000;
const agoMs = (days: number): number => Date.now() - days * DAY_MS;

async function ruleOf(integrationId: string, ruleId: string): Promise<Readiness['data'][number] | undefined> {
  const { data } = await (await admin(`/integrations/${integrationId}/readiness`)).json<Readiness>();
  return data.find((rule) => rule.conversion_rule_id === ruleId);
}

let made: Awaited<ReturnType<typeof aHook>>;
beforeAll(async () => {
  made = await aHook({ kind: 'generic', stages: { stages: [{ event: 'SQL', values: ['sql'] }] } });
});

it('shows rules that nothing was sent to yet', async () => {
  expect(await ruleOf(made.integration.id, '1004')).toMatchObject({
    verdict: 'none',
    conversions: { last_14_days: 0, last_30_days: 0 },
    lag: { conversions: 0, half_within_days: null },
  });
});

it('shows the time from the click to a stage, once for each conversion', async () => {
  const change = (deal: string, clicked: number | string | undefined): object => ({
    data: { stage: 'sql', deal_id: deal, email: `${deal}@firm.de`, time: agoMs(1), click_time: clicked },
  });
  const changes = [
    change('a', agoMs(11)),
    change('b', new Date(agoMs(4)).toISOString()),
    change('c', 'soon'),
    change('d', agoMs(0)),
    change('e', undefined),
  ];

  await taken(made.hook, changes);
  await taken(made.hook, changes);

  const rule = await ruleOf(made.integration.id, '1003');
  expect(rule?.lag).toMatchObject({ conversions: 2, half_within_days: 7 });
});

it('counts from the lead of LinkedIn’s own form when a later change names it', async () => {
  const secret = 'client-secret-of-the-app';
  const { source, hook, integration } = await aHook({ kind: 'linkedin_lead_sync', secret, event: 'Lead' });
  const crm = await admin(`/sources/${source.id}/hooks`, {
    body: { name: 'CRM', kind: 'generic', event: 'SQL', lawful_basis: 'consent' },
  });
  const lead = JSON.stringify({
    leadGenFormResponse: 'urn:li:leadGenFormResponse:late-1',
    leadAction: 'CREATED',
    occurredAt: agoMs(40),
  });
  await post(hook, lead, await SIGNED.linkedin_lead_sync(hook, lead));

  await taken(await crm.json(), { data: { lead_id: 'late-1', time: agoMs(2), event_id: 'sql-late-1' } });

  expect((await ruleOf(integration.id, '1005'))?.lag).toMatchObject({ conversions: 1, half_within_days: 1 });
  expect((await ruleOf(integration.id, '1003'))?.lag).toMatchObject({ conversions: 1, half_within_days: 60 });
});

it('reads it from a file whose column says when the person became a lead', async () => {
  const source = await aSource();
  const { id } = await anIntegrationOf(source, { config: { access_token: null, conversion_rule_id: { Won: '1004' } } });
  const day = (days: number): string => new Date(agoMs(days)).toISOString();
  const file = ['Email,Close date,Create date', `anna@firm.de,${day(3)},${day(23)}`, `bo@firm.de,${day(3)},`].join(
    '\n',
  );
  const sent = await admin(`/sources/${source.id}/imports?preview=false&event=Won&lawful_basis=consent`, {
    body: file,
    headers: { 'Content-Type': 'text/csv' },
  });
  expect(sent.status).toBe(201);

  await vi.waitFor(async () => expect((await ruleOf(id, '1004'))?.lag.conversions).toBe(1), 20_000);
  expect((await ruleOf(id, '1004'))?.lag.half_within_days).toBe(30);
});
