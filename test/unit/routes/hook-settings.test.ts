import { beforeEach, describe, expect, it, vi } from 'vitest';

import { aHook, report, taken } from '../support/a-hook.ts';
import { admin, aSource, problemOf } from '../support/api.ts';

beforeEach(() => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json({ elements: [] }));
});

const hourAgo = Date.now() - 3_600_000;
const stagesOf = (...values: string[][]): object => ({
  stages: values.map((each, place) => ({ event: ['MQL', 'SQL', 'Won'][place], values: each })),
});

describe('a new hook', () => {
  const secret = 'client-secret';
  it.each([
    ['for HubSpot without any event', '/event', { kind: 'hubspot', secret }],
    ['for Pipedrive without any event', '/event', { kind: 'pipedrive' }],
    ['whose field takes the event away', '/event', { kind: 'generic', fields: { event: null } }],
    ['whose secret isn’t base64', '/secret', { kind: 'generic', secret: 'not base64 !!' }],
    ['whose secret is too short', '/secret', { kind: 'generic', secret: 'whsec_c2hvcnQtb25l' }],
    ['whose secret is only spaces', '/secret', { kind: 'salesforce', secret: '          ' }],
    ['for Pipedrive whose secret has no user', '/secret', { kind: 'pipedrive', secret: 'only-a-password' }],
    [
      'with a value in two stages',
      '/stages/stages/1/values/1',
      { kind: 'generic', stages: stagesOf(['a', 'won'], ['b', ' WON ']) },
    ],
    [
      'with an event in two stages',
      '/stages/stages/1/event',
      { kind: 'generic', stages: { stages: ['a', 'b'].map((value) => ({ event: 'Won', values: [value] })) } },
    ],
  ])('%s is refused', async (_, pointer, input) => {
    const { id } = await aSource();
    const response = await admin(`/sources/${id}/hooks`, { body: { name: 'CRM', lawful_basis: 'consent', ...input } });

    expect(await problemOf(response)).toEqual({ status: 400, code: 'field_invalid', pointer });
  });

  it.each([
    ['for HubSpot with a field for the event', { kind: 'hubspot', secret, fields: { event: 'Lead' } }],
    ['for Pipedrive with stages', { kind: 'pipedrive', stages: stagesOf(['won']) }],
    ['whose bodies name their event', { kind: 'generic' }],
    ['with a secret of its own', { kind: 'generic', secret: `whsec_${btoa('twenty-four bytes of key')}` }],
    ['for Pipedrive with a secret of its own', { kind: 'pipedrive', event: 'Lead', secret: 'crm:a:password' }],
    ['with a value twice in one stage', { kind: 'generic', stages: stagesOf(['won', 'Won']) }],
  ])('%s is made', async (_, input) => {
    const { id } = await aSource();
    const response = await admin(`/sources/${id}/hooks`, { body: { name: 'CRM', lawful_basis: 'consent', ...input } });

    expect(response.status).toBe(201);
    expect(await response.json()).toMatchObject({ enabled: true });
  });
});

it('uses a pasted secret without the spaces around it', async () => {
  const { hook } = await aHook({ kind: 'linkedin_lead_sync', event: 'Lead', secret: ' secret-of-the-app\n' });

  expect(hook.secret).toBe('secret-of-the-app');
});

describe('a changed hook', () => {
  const change = (stage: string, minute: number): object => ({
    data: { stage, deal_id: '1', email: 'anna@firm.de', time: hourAgo + minute * 60_000 },
  });

  it('keeps its address, its secret and the stages of its deals', async () => {
    const { source, hook } = await aHook({ kind: 'generic', stages: stagesOf(['mql'], ['sql'], ['won']) });
    const at = `/sources/${source.id}/hooks/${hook.id}`;
    await taken(hook, change('sql', 1));

    const stages = {
      stages: [
        { event: 'SQL', values: ['qualified'] },
        { event: 'Won', values: ['won'] },
      ],
    };
    const changed = await admin(at, { method: 'PATCH', body: { name: 'Deals', stages } });
    const same = await taken(hook, change('qualified', 2));
    const next = await taken(hook, change('won', 3));

    expect(await changed.json()).toMatchObject({ id: hook.id, path: hook.path, name: 'Deals', kind: 'generic' });
    expect([same, next]).toMatchObject([{ skipped: { stage_already_sent: 1 } }, { sent: 1 }]);
  });

  it('takes nothing while it is disabled', async () => {
    const { source, hook } = await aHook({ kind: 'generic', event: 'Lead' });
    const at = `/sources/${source.id}/hooks/${hook.id}`;

    await admin(at, { method: 'PATCH', body: { enabled: false } });
    const disabled = await report(hook, change('', 1));
    await admin(at, { method: 'PATCH', body: { enabled: true } });

    expect(await problemOf(disabled)).toMatchObject({ status: 403, code: 'hook_disabled' });
    expect(await taken(hook, change('', 1))).toMatchObject({ sent: 1 });
  });

  it.each([
    ['/kind', { kind: 'salesforce' }],
    ['/secret', { secret: 'another-secret' }],
    ['/event', { event: null, fields: { event: '' } }],
    ['/stages/stages/1/values/0', { stages: stagesOf(['won'], ['Won']) }],
  ])('is checked like a new one: %s', async (pointer, body) => {
    const { source, hook } = await aHook({ kind: 'generic', event: 'Lead' });
    const response = await admin(`/sources/${source.id}/hooks/${hook.id}`, { method: 'PATCH', body });

    expect(await problemOf(response)).toMatchObject({ status: 400, pointer });
    expect(await taken(hook, change('', 1))).toMatchObject({ sent: 1 });
  });

  it('belongs to its own source', async () => {
    const { hook } = await aHook({ kind: 'generic', event: 'Lead' });
    const { id } = await aSource();

    expect((await admin(`/sources/${id}/hooks/${hook.id}`, { method: 'PATCH', body: { name: 'x' } })).status).toBe(404);
  });
});
