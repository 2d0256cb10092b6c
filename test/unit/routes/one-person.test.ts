/** B8, B10: over HTTP, no delivery mixes two people's fields, and no integration gets data without consent. */
import { runDurableObjectAlarm } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { sha256Hex } from '../../../worker/domain/identity/sha256.ts';
import { anIntegrationOf, aSource, send, SITE } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';

type Element = { conversion: string; eventId: string; user: Record<string, unknown> };

let received: Element[] = [];

beforeEach(() => {
  received = [];
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (url, init) => {
    const { elements } = await new Request(url, init).json<{ elements: Element[] }>();
    received.push(...elements);
    return Response.json({ elements: elements.map(() => ({ status: 201 })) });
  });
});

/** What LinkedIn gets for an event through a rule, as text. */
async function sent(source: MadeSource, eventId: string, rule = '1001'): Promise<string> {
  await runDurableObjectAlarm(env.OUTBOX.getByName(source.id));
  const element = await vi.waitUntil(
    () => received.find((one) => one.eventId === eventId && one.conversion.endsWith(rule)),
    { timeout: 10_000, interval: 20 },
  );
  return JSON.stringify(element);
}

const ann = { email: 'ann@x.example', firstName: 'Annabel', lastName: 'Leeward', companyName: 'Acmecorp' };
const bob = { firstName: 'Bobsled', lastName: 'Rayleigh', companyName: 'Bobscorp' };
const BOBS = /Bobsled|Rayleigh|Bobscorp/;
const ANNS = /Annabel|Leeward|Acmecorp|SHA256_EMAIL/;

describe("another person's event after an identify in the same batch", () => {
  it.each<[string, { properties?: object; traits?: object; userId?: string }]>([
    ['with names and without an e-mail', { properties: bob }],
    ['with names among its traits', { traits: bob }],
    ['with a list of e-mails', { properties: { ...bob, email: ['bob@y.example', 'bo@y.example'] } }],
    ['with a user ID that is an e-mail', { userId: 'bob@y.example', properties: bob }],
    ['with an e-mail in an object', { properties: { ...bob, email: { value: 'bob@y.example' } } }],
    [
      'with two e-mails under another field name',
      { properties: { ...bob, 'E-Mail_Address': 'bob@y.example, bo@y.example' } },
    ],
    ["with a customer's e-mail", { properties: { ...bob, customer: { email: 'bob@y.example' } } }],
    ['with only a company', { properties: { company: 'Bobscorp' } }],
  ])('%s takes nothing from the first person', async (_, said) => {
    const source = await aSource();
    await anIntegrationOf(source);
    const properties = { li_fat_id: 'click-1', ...said.properties };

    await send(
      source,
      [
        { type: 'identify', traits: ann },
        { type: 'track', event: 'Order Completed', messageId: 'bobs-order', ...said, properties },
      ],
      { headers: { Origin: SITE } },
    );

    const element = await sent(source, 'bobs-order');
    expect(BOBS.test(element) && ANNS.test(element)).toBe(false);
  });
});

// S12, S13, S19: these are read correctly, as Bob's own data.
describe("another person's e-mail in another spelling, after an identify in the same batch", () => {
  it.each<[string, { properties?: object; traits?: object }]>([
    ['with a full-width @', { properties: { ...bob, email: 'bob＠y.example' } }],
    ['with an Email field in another case', { traits: { ...bob, Email: 'bob@y.example' } }],
    ['under another field name', { properties: { ...bob, 'E-Mail_Address': 'bob@y.example' } }],
    ['in a list of one', { properties: { ...bob, email: ['bob@y.example'] } }],
  ])('%s is sent with their own names', async (_, said) => {
    const source = await aSource();
    await anIntegrationOf(source);
    const event = { type: 'track', event: 'Order Completed', messageId: 'bobs-order', ...said };

    await send(source, [{ type: 'identify', traits: ann }, event], { headers: { Origin: SITE } });

    const element = await sent(source, 'bobs-order');
    expect(element).toContain('SHA256_EMAIL');
    expect(element).not.toMatch(/Annabel|Leeward|Acmecorp/);
    expect(element).not.toContain(await sha256Hex(ann.email));
  });
});

describe('the person in an identify that is for only one of two integrations', () => {
  it.each<[string, Record<string, unknown>, Record<string, unknown>]>([
    [
      'by consent',
      { consent: { advertising: true, analytics: false } },
      { consent: { advertising: true, analytics: true } },
    ],
    ['by its sender', { integrations: { 'Second one': false } }, {}],
    ['by destinations', { context: { consent: { destinationPreferences: { 'Second one': false } } } }, {}],
  ])('is added to later events of that one only, %s', async (_, refusing, silent) => {
    const source = await aSource();
    await anIntegrationOf(source, { name: 'First one', consent_categories: ['advertising'] });
    await anIntegrationOf(source, {
      name: 'Second one',
      consent_categories: ['analytics'],
      config: { conversion_rule_id: { 'Order Completed': '1002' } },
    });
    const order = (messageId: string) => ({
      type: 'track',
      event: 'Order Completed',
      messageId,
      properties: { li_fat_id: 'click-1' },
      ...silent,
    });

    const response = await send(source, [{ type: 'identify', traits: ann, ...refusing }, order('in-the-batch')], {
      headers: { Origin: SITE },
      country: 'US',
    });
    const Cookie = response.headers
      .getSetCookie()
      .map((text) => text.split(';')[0])
      .join('; ');
    await send(source, [order('later')], { headers: { Origin: SITE, Cookie }, country: 'US' });

    for (const event of ['in-the-batch', 'later']) {
      expect(ANNS.test(await sent(source, event, '1001'))).toBe(true);
      expect(ANNS.test(await sent(source, event, '1002'))).toBe(false);
    }
  });
});
