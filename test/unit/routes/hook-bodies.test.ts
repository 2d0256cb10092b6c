import { beforeEach, describe, expect, it, vi } from 'vitest';

import { aHook, post, report, SIGNED, taken } from '../support/a-hook.ts';
import type { MadeHook } from '../support/a-hook.ts';
import { outcomes, problemOf } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';

beforeEach(() => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json({ elements: [] }));
});

const hourAgo = Date.now() - 3_600_000;
const aLead = (id: string): object => ({ data: { event_id: id, email: `${id}@firm.de`, time: hourAgo } });

describe('a body with many changes', () => {
  it('is taken whole, and is a duplicate when it comes again', async () => {
    const { hook } = await aHook({ kind: 'generic', event: 'Lead' });
    const changes = Array.from({ length: 601 }, (_, index) => aLead(`lead${index}`));

    const first = await taken(hook, changes);
    const second = await taken(hook, changes);

    expect(first).toMatchObject({ changes: 601, sent: 601, duplicates: 0, skipped: {} });
    expect(second).toMatchObject({ changes: 601, sent: 0, duplicates: 601, skipped: {} });
  });

  it('leaves nothing behind when it has more than 5,000', async () => {
    const { source, hook } = await aHook({ kind: 'generic', event: 'Lead' });

    const refused = await report(hook, [aLead('lead'), ...Array.from({ length: 5_000 }, () => ({}))]);

    expect(refused.status).toBe(413);
    expect(await refused.json()).toMatchObject({
      type: 'urn:directflight:problem:too_many_events',
      detail: 'Nothing was stored: the request has 5001 changes. Send at most 5000 in each request.',
    });
    expect(await outcomes(source)).toEqual([]);
  });

  it('says how many items are no objects', async () => {
    const { hook } = await aHook({ kind: 'generic', event: 'Lead' });

    expect(await taken(hook, [aLead('a'), null, 5, 'text', [], aLead('b')])).toMatchObject({
      changes: 6,
      sent: 2,
      skipped: { not_an_object: 4 },
    });
  });

  it('sends a change once that is in it twice', async () => {
    const { source, hook } = await aHook({ kind: 'generic', event: 'Lead' });
    const change = { data: { email: 'anna@firm.de', time: hourAgo, value: '4', currency: 'EUR' } };

    expect(await taken(hook, [change, change])).toMatchObject({ changes: 2, sent: 1, duplicates: 1 });
    expect(await outcomes(source)).toHaveLength(1);
  });
});

describe('a body that is refused', () => {
  let made: { source: MadeSource; hook: MadeHook } | undefined;
  const aLeadHook = async (): Promise<NonNullable<typeof made>> =>
    (made ??= await aHook({ kind: 'generic', event: 'Lead' }));

  it.each([
    [413, 'body_too_large', JSON.stringify(aLead('x'.repeat(1_048_576)))],
    [400, 'body_too_deep', `${'{"data":'.repeat(65)}1${'}'.repeat(65)}`],
    [400, 'body_too_deep', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
    [400, 'body_not_an_object', '[1, null]'],
    [400, 'body_not_json', '{'],
  ])('gets %i %s, about a request and not a file', async (status, code, body) => {
    const { hook } = await aLeadHook();

    const refused = await report(hook, body);
    const copy = refused.clone();

    expect(await problemOf(refused)).toMatchObject({ status, code });
    expect(await copy.text()).not.toMatch(/file|split/i);
  });

  it.each(['generic', 'hubspot'] as const)('for %s is told that its right signature is too old', async (kind) => {
    const { hook } = await aHook({ kind, event: 'Lead', ...(kind === 'hubspot' && { secret: 'client-secret' }) });
    const body = JSON.stringify(aLead('a'));
    const oldMs = Date.now() - 360_000;
    const old = await SIGNED[kind](hook, body, oldMs);
    const guessed = await SIGNED[kind]({ ...hook, secret: `whsec_${btoa('another secret')}` }, body, oldMs);

    expect(await (await post(hook, body, old)).text()).toContain('differs from ours by more than five minutes');
    expect(await (await post(hook, body, guessed)).text()).toContain('does not match');
  });
});

describe('a body as the how-to page builds it', () => {
  const stages = { stages: [{ event: 'MQL', values: ['marketingqualifiedlead', 'Qualification', '7'] }] };
  const deal = { deal_id: '006xx000004TmiQAAS', time: new Date(hourAgo).toISOString(), value: 100, currency: 'EUR' };

  it.each([
    [
      'a workflow of HubSpot',
      { kind: 'hubspot', secret: 'client-secret' },
      // A workflow may send numbers and times as text.
      { objectId: '151', propertyValue: 'marketingqualifiedlead', occurredAt: `${hourAgo}`, email: 'anna@firm.de' },
    ],
    [
      'the Apex class, without a last name, an amount or a probability',
      { kind: 'salesforce' },
      [{ ...deal, stage: 'Qualification', email: 'anna@firm.de', last_name: null, value: null, probability: null }],
    ],
    [
      'Pipedrive, with the e-mail in a custom field and the time in seconds',
      { kind: 'pipedrive', fields: { email: { '@path': '$.properties.data.custom_fields.9dc.value' } } },
      {
        meta: { action: 'change', entity: 'deal', version: '2.0', timestamp: Math.floor(hourAgo / 1_000) },
        data: {
          id: 1,
          status: 'open',
          stage_id: 7,
          custom_fields: { '9dc': { type: 'varchar', value: 'anna@firm.de' } },
        },
      },
    ],
  ] as const)('is accepted from %s', async (_, input, change) => {
    const { source, hook } = await aHook({ ...input, stages });
    const body = JSON.stringify(change);

    const answer = await post(hook, body, await SIGNED[input.kind](hook, body));

    expect(await answer.json()).toMatchObject({ changes: 1, sent: 1, skipped: {} });
    expect(await outcomes(source)).toMatchObject([{ event: 'MQL', email: true }]);
  });

  it('is accepted from Salesforce with the signature in hex, as a named credential computes it', async () => {
    const { hook } = await aHook({ kind: 'salesforce', stages });
    const body = JSON.stringify([{ ...deal, stage: 'Qualification', email: 'jörg@firm.de', first_name: 'Jörg' }]);
    const { 'X-Directflight-Signature': base64 } = await SIGNED.salesforce(hook, body);

    const answer = await post(hook, body, { 'X-Directflight-Signature': Uint8Array.fromBase64(base64).toHex() });

    expect(await answer.json()).toMatchObject({ changes: 1, sent: 1, skipped: {} });
  });
});
