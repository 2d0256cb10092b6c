import { build } from 'esbuild';

import { installed } from './installed.ts';

interface Peer {
  readonly name: string;
  /** From npm, at exactly this version. */
  readonly package: string;
  /** The code in a page: start the tag, send one event. `HERE` is the page's own origin, which answers everything. */
  readonly page: string;
}

/** Tags that are on npm, with their default features. Each sends one event. */
const PEERS: readonly Peer[] = [
  {
    name: 'js-cookie, one cookie written and read',
    package: 'js-cookie@3.0.8',
    page: `import Cookies from 'js-cookie'; Cookies.set('a', 'b'); Cookies.get('a');`,
  },
  {
    name: 'plausible-tracker (XHR)',
    package: 'plausible-tracker@0.3.9',
    page: `import Plausible from 'plausible-tracker';
      const { trackEvent } = Plausible({ domain: 'example.com', apiHost: HERE, trackLocalhost: true });
      trackEvent('Lead');`,
  },
  {
    name: '@plausible-analytics/tracker',
    package: '@plausible-analytics/tracker@0.4.6',
    page: `import { init, track } from '@plausible-analytics/tracker';
      init({ domain: 'example.com', endpoint: HERE + '/api/event', captureOnLocalhost: true });
      track('Lead', {});`,
  },
  {
    name: 'ahoy.js',
    package: 'ahoy.js@0.4.5',
    page: `import ahoy from 'ahoy.js'; ahoy.trackView(); ahoy.track('Lead', { value: 500 });`,
  },
  {
    name: '@snowplow/browser-tracker',
    package: '@snowplow/browser-tracker@4.10.1',
    page: `import { newTracker, trackPageView } from '@snowplow/browser-tracker';
      newTracker('sp', HERE, { appId: 'a' }); trackPageView();`,
  },
  {
    name: '@jitsu/js',
    package: '@jitsu/js@1.11.0',
    page: `import { jitsuAnalytics } from '@jitsu/js';
      const jitsu = jitsuAnalytics({ host: HERE, writeKey: 'a:b' });
      jitsu.page(); jitsu.track('Lead', { value: 500 });`,
  },
  {
    name: '@segment/analytics-next',
    package: '@segment/analytics-next@1.84.3',
    page: `import { AnalyticsBrowser } from '@segment/analytics-next';
      const analytics = AnalyticsBrowser.load({ writeKey: 'a', cdnURL: HERE });
      analytics.page(); analytics.track('Lead', { value: 500 });`,
  },
];

/** Bundles each peer as a page would load it. */
export async function bundledPeers(): Promise<ReadonlyMap<string, string>> {
  const folder = await installed(PEERS.map((peer) => peer.package));
  const bundles = PEERS.map(async ({ name, page }) => [name, await bundle(page, folder)] as const);
  return new Map(await Promise.all(bundles));
}

async function bundle(page: string, resolveDir: string): Promise<string> {
  const { outputFiles } = await build({
    stdin: { contents: `const HERE = location.origin;\n${page}`, resolveDir },
    bundle: true,
    write: false,
    minify: true,
    format: 'iife',
    target: 'es2020',
    platform: 'browser',
    logLevel: 'error',
    define: { 'process.env.NODE_ENV': '"production"', global: 'globalThis' },
  });
  return outputFiles.map(({ text }) => text).join('');
}
