import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { createAdaptorServer } from '@hono/node-server';

import type { Account, Script } from './account.ts';
import { cloudflareApi } from './api.ts';
import { Deployments } from './deployments.ts';
import { type Origin, startEdge } from './edge.ts';

export type Cloudflare = {
  readonly account: Account;
  /** The environment variables with which wrangler, curl, Node and our commands reach this Cloudflare and no other. */
  readonly env: Readonly<Record<string, string>>;
  /** An HTTP proxy to the account's hosts. */
  readonly proxy: string;
  /** The path of the certificate of the account's hosts. */
  readonly certificatePath: string;
  /** Requests to the API that it doesn't know, as `GET /path`. */
  readonly unknown: readonly string[];
  /** Calls a host of the account, as a visitor would. */
  fetch(url: string, init?: RequestInit): Promise<Response>;
  script(name: string): Script;
  runCron(name: string): Promise<void>;
  close(): Promise<void>;
};

type Options = {
  /** The account's domains. */
  zones?: readonly string[];
  /** `example` in `example.workers.dev`; null if none is registered. */
  subdomain?: string | null;
  /** The site's own server, which answers requests that no route handles. */
  origin?: Origin;
};

/**
 * Starts a strict stand-in for Cloudflare: its API, as far as wrangler uses it to deploy, and its edge, which runs what
 * was uploaded in workerd.
 */
export async function startCloudflare({
  zones = ['example.com'],
  subdomain = 'example',
  origin = () => new Response('The site’s own server', { status: 404 }),
}: Options = {}): Promise<Cloudflare> {
  const folder = await mkdtemp(join(tmpdir(), 'directflight-cloudflare-'));
  const account: Account = {
    id: randomUUID().replaceAll('-', ''),
    name: 'Example',
    subdomain: subdomain ?? undefined,
    zones: zones.map((name) => ({ id: randomUUID().replaceAll('-', ''), name })),
    namespaces: new Map(),
    scripts: new Map(),
    uploads: new Map(),
  };
  const token = `token-${randomUUID()}`;
  const unknown: string[] = [];
  const deployments = new Deployments(account, folder);
  const app = cloudflareApi(account, deployments, { token, unknown });
  const server = createAdaptorServer({ fetch: app.fetch });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Listening: expected a TCP port');
  const edge = await startEdge(account, deployments, origin);
  const certificatePath = join(folder, 'certificate.pem');
  await writeFile(certificatePath, edge.certificate);

  return {
    account,
    unknown,
    proxy: edge.proxy,
    certificatePath,
    env: {
      CLOUDFLARE_API_BASE_URL: `http://127.0.0.1:${address.port}/client/v4`,
      CLOUDFLARE_API_TOKEN: token,
      // Otherwise wrangler would ask, and remember the answer in node_modules for a person's own deploys.
      CLOUDFLARE_ACCOUNT_ID: account.id,
      WRANGLER_SEND_METRICS: 'false',
      WRANGLER_HIDE_BANNER: 'true',
      HTTPS_PROXY: edge.proxy,
      https_proxy: edge.proxy,
      NO_PROXY: 'localhost,127.0.0.1',
      NODE_USE_ENV_PROXY: '1',
      NODE_EXTRA_CA_CERTS: certificatePath,
      CURL_CA_BUNDLE: certificatePath,
    },
    fetch: (url, init) => edge.answer(new Request(url, init)),
    script: (name) => deployments.script(name),
    runCron: async (name) => deployments.instance(name)?.runCron(),
    async close() {
      await edge.close();
      server.close();
      await deployments.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
