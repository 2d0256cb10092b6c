/** Stored markup is shown as plain text everywhere (see SECURITY.md). */
import { readFile } from 'node:fs/promises';

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { launchChromium } from '../../support/browser.ts';
import type { LocalProduct } from '../../support/local-product.ts';
import { aConnection, bodyOf } from '../management/a-connection.ts';
import { aLead, openConsole, signIn, startEmptyProduct } from './an-empty-console.ts';
import { STORED_MARKUP } from './stored-markup.ts';

const WITHIN = { timeout: 30_000 };
const [SCRIPT, IMAGE, SVG, QUOTES, LINK, FRAME] = STORED_MARKUP;

let browser: Browser;
let product: LocalProduct;
let page: Page;
let complaints: string[];
let sourceId: string;
beforeAll(async () => {
  [browser, product] = await Promise.all([launchChromium(), startEmptyProduct()]);
  const connection = await aConnection(product, {
    name: IMAGE,
    source: { name: SCRIPT },
    config: { conversion_rule_id: {} },
  });
  ({ sourceId } = connection);
  const rule = bodyOf(await connection.ask('/conversion-rules', { body: { name: QUOTES, type: 'LEAD' } }));
  const trigger = `type = "track" and properties.plan in [${STORED_MARKUP.map((text) => JSON.stringify(text)).join(', ')}]`;
  await connection.ask('/mappings', { body: { name: SVG, trigger, conversion_rule_id: rule['id'] } });
  await product.admin('/tokens', { body: { name: LINK, role: 'viewer', source_ids: [sourceId] } });
  await product.collect(
    {
      batch: STORED_MARKUP.map((text) =>
        aLead({ event: text, properties: { plan: text, [text]: text }, messageId: `${text} ${crypto.randomUUID()}` }),
      ),
    },
    { writeKey: connection.writeKey },
  );
  await product.sandbox.waitForEvents(STORED_MARKUP.length, 30_000);
  ({ page, complaints } = await openConsole(browser, product));
  await signIn(page, product);
  await page.getByRole('heading', { level: 1 }).waitFor();
});
afterAll(async () => {
  await browser.close();
  await product.stop();
});
async function open(hash: string): Promise<void> {
  await page.goto(`${product.url}/console#/${hash}`);
  await page.reload();
}

const ofSource = (tab: string): string => `sources/${sourceId}/${tab}`;

it.each([
  ['live', false],
  ['deliveries', false],
  ['ledger', true],
  ['ledger?by=rule', true],
  ['mappings', true],
] as const)('stored markup is shown as an event’s name on /%s', async (tab, isCell) => {
  await open(ofSource(tab));
  for (const text of STORED_MARKUP) {
    const shown = page.getByRole('main').getByText(text, { exact: true });
    await (isCell ? shown.and(page.getByRole('rowheader')) : shown).first().waitFor(WITHIN);
  }
});

it.each([
  ['a source’s name', '', SCRIPT],
  ['an integration’s name', 'linkedin', IMAGE],
  ['a mapping’s name', 'mappings', SVG],
  ['the name of LinkedIn’s rule', 'mappings', QUOTES],
  ['the name of LinkedIn’s rule', 'ledger?by=rule', QUOTES],
] as const)('stored markup is shown as %s on /%s: %s', async (_, tab, text) => {
  await open(ofSource(tab));
  await page
    .getByText(text)
    .first()
    .waitFor({ state: 'attached', ...WITHIN });
});

it('stored markup is shown as a token’s name', async () => {
  await open('access');
  await page
    .getByRole('cell', { name: LINK, exact: true })
    .or(page.getByRole('rowheader', { name: LINK }))
    .first()
    .waitFor(WITHIN);
});

it("stored markup is shown in an event's history: message ID, the value that a condition saw, and the mapping’s name", async () => {
  await open(ofSource('live'));
  await page.getByRole('button', { name: FRAME, exact: true }).first().click();
  const story = page.getByRole('dialog', { name: FRAME });
  await story.getByText(`${SVG}: matched`).waitFor(WITHIN);
  await story.getByText(`properties.plan was “${FRAME}”`).waitFor();
  await story.getByText('For developers').click();
  await story.getByText(`${FRAME} `).first().waitFor();
});

it('stored markup is shown in the history of a delivery', async () => {
  await open(ofSource('deliveries'));
  await page.getByRole('button', { name: FRAME, exact: true }).first().click();
  const story = page.getByRole('dialog', { name: FRAME });
  await story.getByText('For developers').click(WITHIN);
  await story.getByRole('region', { name: 'What LinkedIn gets' }).waitFor(WITHIN);
});

it('stored markup is shown as a choice in the mapping editor', async () => {
  await open(ofSource('mappings/new'));
  await page.getByRole('option', { name: IMAGE }).first().waitFor({ state: 'attached' });
});

it('a CSV never contains stored text as a formula', async () => {
  await open(ofSource('ledger'));
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Download CSV' }).click(),
  ]);

  const csv = await readFile(await download.path(), 'utf8');

  // A spreadsheet runs a cell that begins with "=".
  expect(csv).toContain(`"'=HYPERLINK(""https://evil.example/"",""x"")"`);
  expect(download.suggestedFilename()).toBe(`ledger-${sourceId}.csv`);
});

it('no stored markup has run, or made a request that the CSP forbids', () => {
  expect(complaints).toEqual([]);
});
