/** A refusal in a hook's body counts under any name and in any words by which an import would hear it. */
import { beforeEach, expect, it, vi } from 'vitest';

import { aHook, post, SIGNED, taken } from '../support/a-hook.ts';
import type { HookAnswer } from '../support/a-hook.ts';

beforeEach(() => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json({ elements: [] }));
});

const hourAgo = Date.now() - 3_600_000;

/** Returns the outcome of each change, in order. */
async function outcomesOf(
  changes: readonly object[],
  hook: Awaited<ReturnType<typeof aHook>>['hook'],
): Promise<string[]> {
  const body = changes.map((change, at) => ({ data: { email: `p${at}@firm.de`, time: hourAgo, ...change } }));
  return (await taken(hook, body)).outcomes.map(({ outcome }) => outcome);
}

const REFUSALS = [
  { Consent: false },
  { opted_out: true },
  { optOut: 'yes' },
  { HasOptedOutOfEmail: true },
  { DoNotCall: 1 },
  { hs_email_optout: 'true' },
  { Email_Opt_Out: true },
  { do_not_contact: true },
  { unsubscribed: true },
  { gdpr_consent: false },
  { marketingConsent: 'no' },
  { einwilligung: 'nein' },
  { zustimmung: 'nein' },
  { consentement: 'non' },
  { data_processing_consent: false },
  { accepts_marketing: false },
  { subscribed: false },
  { ad_storage: 'denied' },
  { lead_status: 'Unsubscribed' },
  { marketing_status: 'unsubscribed' },
  { consent: { advertising: false } },
  { context: { consent: { categoryPreferences: { advertising: false } } } },
  { contact: { HasOptedOutOfEmail: true } },
  { properties: { hs_email_optout: { value: 'true', timestamp: '1' } } },
  { contacts: [{ name: 'Anna', donotbulkemail: true }] },
  { can_contact: 'no consent' },
  { tags: ['vip', 'unsubscribed'] },
  { consents: [{ granted: false }] },
  { consent: 'N/A' },
];

const OTHERS = [
  {},
  { HasOptedOutOfEmail: false },
  { consent: true },
  { subscribed: true },
  { lead_status: 'New' },
  { opt_out_reason: 'none' },
  { previous: { unsubscribed: true } },
  { previousProperties: { unsubscribed: true }, history: [{ unsubscribed: true }] },
  { contact: { name: 'Not subscribed' } },
  { owner: { do_not_contact: true }, company: { newsletter: false } },
  { contacts: [{ email: 'x@firm.de', unsubscribed: true }, { email: 'y@firm.de' }] },
  { marketing: 0 },
  { utm: { marketing: 'no' } },
  { consent: { advertising: true } },
  { consent: { value: true } },
  { gdpr_consent: { given: true } },
  { email_marketing_consent: { state: 'subscribed', opt_in_level: null } },
  { context: { consent: { categoryPreferences: { Advertising: true, Analytics: false } } } },
  { opt_out: { value: false, reason: null } },
];

it('no change of a person who refuses in any of these ways is sent, and the others are', async () => {
  const { hook } = await aHook({ kind: 'generic', event: 'Won' });

  expect(await outcomesOf(REFUSALS, hook)).toEqual(REFUSALS.map(() => 'no_consent'));
  expect((await outcomesOf(OTHERS, hook)).filter((each) => each !== 'sent')).toEqual([]);
});

it('a change of one property, as HubSpot reports it, refuses by its own name', async () => {
  const { hook } = await aHook({ kind: 'hubspot', event: 'Won', secret: 'app-secret' });
  const changes = ['hs_email_optout', 'dealstage'].map((propertyName, at) => ({
    propertyName,
    propertyValue: 'true',
    occurredAt: hourAgo,
    objectId: at,
    email: `p${at}@firm.de`,
  }));
  const body = JSON.stringify(changes);
  const response = await post(hook, body, await SIGNED.hubspot(hook, body));
  const { outcomes } = await response.json<HookAnswer>();

  expect(outcomes.map(({ outcome }) => outcome)).toEqual(['no_consent', 'sent']);
});

it('the field that a person chose for opting out is the only one that counts', async () => {
  const fields = { opt_out: { '@path': '$.properties.data.out' } };
  const { hook } = await aHook({ kind: 'generic', event: 'Won', fields });

  expect(await outcomesOf([{ DoNotCall: true }, { out: 'yes' }, { consent: 'no' }], hook)).toEqual([
    'sent',
    'no_consent',
    'no_consent',
  ]);
});
