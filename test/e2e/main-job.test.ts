import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';

import { launchChromium } from '../support/browser.ts';
import { filesWith } from '../support/files-with.ts';
import { type LocalProduct, startLocalProduct } from '../support/local-product.ts';

/** "LinkedIn Conversions API payload sent by Signal", from the Datafly document. */
const DATAFLY_PAYLOAD = {
  conversion: 'urn:lla:llaPartnerConversion:987655',
  conversionHappenedAt: 1706540000000,
  conversionValue: {
    currencyCode: 'USD',
    amount: '500.00',
  },
  user: {
    userIds: [
      {
        idType: 'SHA256_EMAIL',
        idValue: '836f82db99121b3481011f16b49dfa5fbc714a0d1b1b9f784a1ebbbf5b39577f',
      },
      {
        idType: 'LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID',
        idValue: 'abc123-def456-ghi789',
      },
    ],
    userInfo: {
      firstName: 'John',
      lastName: 'Doe',
      companyName: 'Acme Inc',
    },
  },
  eventId: 'evt_abc123def456',
};

/** The typed e-mail in lower case, without white space. */
const EMAIL = 'john.doe@example.com';

/** Other tests run beside this one on two cores, so this is long enough never to cause a failure. */
const WITHIN_MS = 30_000;

let browser: Browser;
beforeAll(async () => {
  browser = await launchChromium();
});
afterAll(() => browser.close());

let product: LocalProduct;
let page: Page;
let startedAtMs: number;
let eventId: string;

/** From the ad to the form, with the calls of the Datafly document. */
beforeEach(async () => {
  product = await startLocalProduct();
  startedAtMs = Date.now();
  page = await browser.newPage();
  await page.goto(`${product.url}/demo?li_fat_id=abc123-def456-ghi789`);
  await page.evaluate(
    `_df.identify({ email: " John.Doe@Example.com ", firstName: "John", lastName: "Doe", companyName: "Acme Inc" })`,
  );
  await page.getByRole('navigation').getByRole('link', { name: 'Book a tasting' }).click();
  await page.waitForURL(`${product.url}/demo/contact`);
  eventId = await page.evaluate<string>(`_df.track("Lead Generated", {
    lead_source: "contact_form",
    value: 500.00,
    currency: "USD"
  })`);
  await product.sandbox.waitForEvents(1, WITHIN_MS);
});
afterEach(async () => {
  await page.close();
  await product.stop();
});

describe('a visitor who came from an ad and left their e-mail', () => {
  it("reaches LinkedIn once, as the Datafly document's payload, byte for byte", async () => {
    await everythingIsSettled();

    const elements = product.sandbox.events.map(({ element }) => element);
    const happenedAtMs = Number(elements[0]?.['conversionHappenedAt']);
    expect(elements).toHaveLength(1);
    // Compared as text, so that the order of the fields counts too.
    expect(JSON.stringify(elements[0], undefined, 2)).toBe(
      JSON.stringify({ ...DATAFLY_PAYLOAD, conversionHappenedAt: happenedAtMs, eventId }, undefined, 2),
    );
    expect(happenedAtMs).toBeGreaterThanOrEqual(startedAtMs);
    expect(happenedAtMs).toBeLessThanOrEqual(Date.now());
    expect(eventId).toMatch(/^\S{8,64}$/);
  });

  it('is sent to LinkedIn with its headers, in one batch', () => {
    const [event] = product.sandbox.events;
    const requests = product.sandbox.requests.filter(({ path }) => path === '/rest/conversionEvents');

    expect(requests).toMatchObject([{ status: 200, restli_method: 'BATCH_CREATE', elements: 1 }]);
    expect(event?.headers).toMatchObject({
      authorization: 'Bearer tok-ok',
      'linkedin-version': '202609',
      'x-restli-protocol-version': '2.0.0',
      'x-restli-method': 'BATCH_CREATE',
      'content-type': 'application/json',
    });
    expect(event?.warnings).toEqual([]);
  });

  it('leaves their e-mail nowhere: not at LinkedIn, not on disk, not in the log', async () => {
    await everythingIsSettled();
    const { sandbox, statePath } = product;

    // Every request was accepted, so the accepted data is everything that was sent.
    expect(sandbox.requests.map(({ status }) => status)).toEqual([200]);
    expect(JSON.stringify([sandbox.events, sandbox.requests]).toLowerCase()).not.toContain(EMAIL);
    expect(await filesWith(statePath, EMAIL)).toEqual([]);
    // The log has its line for the request, and nothing else.
    await expect
      .poll(() => product.output.trim().split('\n'))
      .toEqual([
        expect.stringMatching(
          /^\{"level":"info","where":"linkedin\.request","asker":"delivery","integration":"int_demo","rule":"987655","events":1,"status":200,"outcome":"accepted","milliseconds":\d+,"version":"202609"\}$/,
        ),
      ]);
  });

  it('leaves no unencrypted identifier on disk', async () => {
    await everythingIsSettled();

    const { user } = DATAFLY_PAYLOAD;
    const identifiers = [...user.userIds.map(({ idValue }) => idValue), ...Object.values(user.userInfo)];
    for (const identifier of identifiers.filter((text) => text.length > 4))
      expect(await filesWith(product.statePath, identifier)).toEqual([]);
  });

  it('leaves no unencrypted token on disk, neither in KV nor with the credentials', async () => {
    for (const secret of ['tok-ok', 'ref-ok', 'secret-1'])
      expect(await filesWith(product.statePath, secret)).toEqual([]);
  });

  it('leaves the intended data on disk, and the search for it finds it', async () => {
    // So the search of the previous test works: for text in SQLite, and for text in KV.
    expect(await filesWith(product.statePath, eventId)).not.toEqual([]);
    expect(await filesWith(product.statePath, 'llaPartnerConversion:987655')).not.toEqual([]);
  });
});

/** Waits until two page views, the identify and the lead have arrived, and none is still being sent. */
async function everythingIsSettled(): Promise<void> {
  await expect
    .poll(() => product.admin('/sources/src_demo/events'), { timeout: WITHIN_MS })
    .toMatchObject({
      status: 200,
      body: {
        data: expect.toSatisfy(
          (events: { state: string }[]) =>
            events.length === 4 && events.every(({ state }) => state === 'delivered' || state === 'skipped'),
        ),
      },
    });
}
