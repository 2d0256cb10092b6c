import { createServer } from 'node:http';

import { snippet } from '../../client/tag/snippet.ts';
import { buildClient } from '../../scripts/build.ts';
import { launchChromium } from '../support/browser.ts';
import type { Measured } from './bench.ts';
import { bundledPeers } from './peers.ts';
import { median, rounded } from './statistics.ts';
import { type ScriptWork, SLOWDOWN, tracedLoad } from './trace.ts';

const LOADS = 9;

interface Page {
  readonly head: string;
  /** The path of the measured script. */
  readonly path: string;
  readonly script: string;
}

type Load = ScriptWork & { readonly requests: number };

/**
 * Measures the cost of a tag on a page's main thread, for a page load with one event, on a processor slowed down four
 * times. The rows take turns, so that other load on the machine affects all of them.
 */
export async function benchTag(): Promise<Measured> {
  const [ours, peers] = await Promise.all([ourPages(), bundledPeers()]);
  const pages = new Map([
    ['an empty script', peerPage('')],
    ...ours,
    ...[...peers].map(([name, script]) => [name, peerPage(script)] as const),
  ]);
  const loads = new Map([...pages.keys()].map((name) => [name, new Array<Load>()]));
  for (let round = 0; round < LOADS; round++) {
    for (const [name, page] of pages) {
      // One at a time, because two browsers would share the measured processor.
      loads.get(name)?.push(await coldLoad(page));
    }
  }
  return {
    title: `time in the page's JavaScript on the main thread at ${SLOWDOWN}x CPU slowdown, median of ${LOADS} cold loads, Chromium`,
    rows: [...loads]
      .map(([tag, measured]) => ({
        tag,
        'ms in all': rounded(median(measured.map(({ totalMs }) => totalMs))),
        'longest ms': rounded(median(measured.map(({ longestMs }) => longestMs))),
        requests: median(measured.map(({ requests }) => requests)),
      }))
      .toSorted((a, b) => a['ms in all'] - b['ms in all']),
  };
}

async function ourPages(): Promise<readonly (readonly [name: string, page: Page])[]> {
  const files = await buildClient({ demo: false });
  return ['df.js', 'df-core.js'].map((name) => {
    const path = `/${name}`;
    const event = `<script>_df.track('Lead Generated', { value: 500, currency: 'USD' })</script>`;
    const head = `${snippet({ src: path, writeKey: 'wk_bench' })}${event}`;
    return [`→ ${name} and its stub`, { head, path, script: Buffer.from(files.get(name) ?? '').toString() }];
  });
}

const peerPage = (script: string): Page => ({
  head: '<script async src="/peer.js"></script>',
  path: '/peer.js',
  script,
});

/** In a fresh browser, so that no cache is warm and no code is compiled. */
async function coldLoad({ head, path, script }: Page): Promise<Load> {
  let requests = 0;
  const answers: Readonly<Record<string, readonly [type: string, body: string]>> = {
    '/': ['text/html', `<!doctype html><title>Shop</title>${head}`],
    [path]: ['text/javascript', script],
    '/favicon.ico': ['image/x-icon', ''],
  };
  const server = createServer((request, response) => {
    const known = answers[request.url ?? ''];
    if (known === undefined) requests += 1;
    const [type, body] = known ?? ['application/json', '{"success":true,"integrations":{}}'];
    response.writeHead(200, { 'Content-Type': type }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('Cannot measure: the server has no port');
  const browser = await launchChromium();
  try {
    const work = await tracedLoad(browser, `http://127.0.0.1:${address.port}/`, path);
    return { ...work, requests };
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}
