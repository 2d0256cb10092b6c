/** Robots and internal traffic have their own skip reasons: they are counted, and never become a conversion. */
import { beforeEach, describe, expect, it } from 'vitest';

import {
  admin,
  anIntegrationOf,
  anOrder,
  aServerKey,
  aSource,
  ask,
  outcomes,
  problemOf,
  send,
  SITE,
} from '../support/api.ts';
import { noLinkedIn } from '../support/linkedin.ts';

beforeEach(noLinkedIn);

const GOOGLEBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
const HEADLESS =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/153.0.0.0 Safari/537.36';

describe('an event', () => {
  it.each([
    ['a crawler', {}, { 'User-Agent': GOOGLEBOT }, 'bot'],
    ['a crawler with the filter disabled', { bot_filter: 'off' }, { 'User-Agent': GOOGLEBOT }, null],
    ['a headless browser', {}, { 'User-Agent': HEADLESS }, null],
    ['a headless browser with that filter enabled', { bot_filter: 'automated' }, { 'User-Agent': HEADLESS }, 'bot'],
    [
      "the team's own network",
      { internal_ips: ['203.0.113.0/24'] },
      { 'CF-Connecting-IP': '203.0.113.9' },
      'internal_traffic',
    ],
    ["another's network", { internal_ips: ['203.0.113.0/24'] }, { 'CF-Connecting-IP': '198.51.100.9' }, null],
    ["the team's own cookie", { internal_cookie: 'is_internal' }, { Cookie: 'is_internal=1' }, 'internal_traffic'],
  ])("of %s with %j is skipped for its own reason, or isn't", async (_who, settings, headers, reason) => {
    const source = await aSource(settings);
    await anIntegrationOf(source);

    await send(source, [anOrder()], { headers: { Origin: SITE, ...headers } });

    expect(await outcomes(source)).toMatchObject([
      { state: reason === null ? 'pending' : 'skipped', reason, deliveries: reason === null ? [{}] : [] },
    ]);
    const ledger = await admin(`/sources/${source.id}/ledger`);
    expect(await ledger.json()).toMatchObject({
      totals: { received: 1, skipped: reason === null ? {} : { [reason]: 1 } },
      balanced: true,
    });
  });

  it("from a server is judged by the visitor's browser and address in it", async () => {
    const source = await aSource({ internal_ips: ['203.0.113.9'] });
    await anIntegrationOf(source);
    const key = await aServerKey(source);
    const told = (messageId: string, context: Record<string, unknown>): Record<string, unknown> =>
      anOrder({ messageId, context });

    await ask('/v1/batch', {
      body: {
        batch: [
          told('bot', { userAgent: GOOGLEBOT }),
          told('own', { ip: '203.0.113.9' }),
          told('somebody', {
            ip: '198.51.100.9',
            userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0',
          }),
        ],
      },
      headers: { Authorization: `Bearer ${key}`, 'User-Agent': GOOGLEBOT },
    });

    const reasons = (await outcomes(source)).map((event) => [event.message_id, event.reason]);
    expect(Object.fromEntries(reasons)).toEqual({ bot: 'bot', own: 'internal_traffic', somebody: null });
  });
});

describe('the settings for internal traffic', () => {
  it.each([
    [{ bot_filter: 'all' }, '/bot_filter'],
    [{ internal_ips: ['203.0.113.0/33'] }, '/internal_ips/0'],
    [{ internal_ips: ['example.com'] }, '/internal_ips/0'],
    [{ internal_cookie: 'a cookie' }, '/internal_cookie'],
    [{ retention_days: 0 }, '/retention_days'],
    [{ dead_letter_days: 91 }, '/dead_letter_days'],
  ])('are validated: %j', async (settings, pointer) => {
    const response = await admin('/sources', { body: settings });

    expect(await problemOf(response)).toMatchObject({ status: 400, pointer });
  });
});
