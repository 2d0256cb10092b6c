/**
 * Safari's real limit: WebKit with ITP keeps a script's cookies for 7 days, and the collector's for 90, even after
 * another script has rewritten them.
 */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { snippet } from '../../../client/tag/snippet.ts';
import { enginesToTest, miniBrowserPath } from '../../support/engines.ts';
import { openItpBrowser, type ItpBrowser } from '../../support/itp-browser.ts';
import { type LocalProduct, startLocalProduct } from '../../support/local-product.ts';

const CLICK_ID = 'abc123-def456-ghi789';
const LIFE = 'max-age=7776000; path=/';

/** The page does one step after the other, each when the test allows it. */
const PAGE = `<!doctype html><title>Landing</title>
  ${snippet({ src: '/_df/df.js', writeKey: 'wk_demo' })}
  <script>
    const step = async (name) => (await fetch('/step/' + name)).text();
    (async () => {
      // Repeated, because the first ones may come before WebKit's network process has turned ITP on.
      const writing = setInterval(() => (document.cookie = 'of_a_script=1; ${LIFE}'), 100);
      await step('rewrite');
      clearInterval(writing);
      // Like LinkedIn's own tag.
      document.cookie = 'li_fat_id=${CLICK_ID}; ${LIFE}';
      await step('next event');
      _df.track('Lead Generated');
    })();
  </script>`;

let product: LocalProduct;
let site: Site;
let browser: ItpBrowser | undefined;

const isHere = enginesToTest().some(({ name }) => name === 'WebKit');

beforeAll(async () => {
  if (!isHere) return;
  product = await startLocalProduct({ vars: { BASE_PATH: '/_df' } });
  site = await openSite(product.url);
  browser = await openItpBrowser(miniBrowserPath ?? '', `${site.url}/?li_fat_id=${CLICK_ID}`);
});
afterAll(async () => {
  await browser?.close();
  if (!isHere) return;
  await site.close();
  await product.stop();
});

it.runIf(isHere)(
  'keeps the click ID for 90 days although scripts can keep it for only 7, whoever rewrites it',
  async () => {
    const kept = async (name: string) => (await browser?.cookies())?.[name];
    const daysLeft = async (name: string) => Math.round((await kept(name))?.daysLeft ?? 0);

    await expect.poll(async () => daysLeft('_df_click'), { timeout: 30_000 }).toBe(90);
    await expect.poll(async () => daysLeft('of_a_script'), { timeout: 10_000 }).toBe(7);
    expect(await kept('li_fat_id')).toMatchObject({ value: CLICK_ID, httpOnly: false });
    expect(await daysLeft('li_fat_id')).toBe(90);
    expect(await kept('_df_click')).toMatchObject({
      value: expect.stringMatching(`^\\d{13}\\.${CLICK_ID}$`),
      httpOnly: true,
    });

    site.allow('rewrite');
    await expect.poll(async () => daysLeft('li_fat_id'), { timeout: 10_000 }).toBe(7);
    expect(await daysLeft('_df_click')).toBe(90);

    site.allow('next event');
    await expect.poll(async () => daysLeft('li_fat_id'), { timeout: 10_000 }).toBe(90);
    expect(await kept('li_fat_id')).toMatchObject({ value: CLICK_ID });
    expect(await daysLeft('_df_click')).toBe(90);
  },
  90_000,
);

interface Site {
  readonly url: string;
  /** Allows a step that the page waits for, now or later. */
  allow(step: string): void;
  close(): Promise<void>;
}

/** The landing page, with the Worker on a route of the same host, as a customer would have it. */
async function openSite(workerUrl: string): Promise<Site> {
  const steps = new Map<string, PromiseWithResolvers<void>>();
  const stepOf = (name: string) => {
    const step = steps.get(name) ?? Promise.withResolvers<void>();
    steps.set(name, step);
    return step;
  };
  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The site has no port');

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '/';
    if (path.startsWith('/_df/')) return forward(request, response, path);
    if (path.startsWith('/step/')) await stepOf(decodeURIComponent(path.slice('/step/'.length))).promise;
    response.writeHead(200, { 'Content-Type': 'text/html' }).end(PAGE);
  }

  async function forward(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const { origin, cookie, 'content-type': contentType } = request.headers;
    const answered = await fetch(workerUrl + path, {
      method: request.method ?? 'GET',
      headers: {
        ...(origin !== undefined && { origin }),
        ...(cookie !== undefined && { cookie }),
        ...(contentType !== undefined && { 'content-type': contentType }),
      },
      ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
    });
    response
      .writeHead(answered.status, {
        'Content-Type': answered.headers.get('Content-Type') ?? '',
        'Set-Cookie': answered.headers.getSetCookie(),
      })
      .end(Buffer.from(await answered.arrayBuffer()));
  }

  return {
    url: `http://${new URL(workerUrl).hostname}:${address.port}`,
    allow: (step) => stepOf(step).resolve(),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
