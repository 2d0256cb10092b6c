import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type Socket } from 'node:net';

import { makeCertificate } from '../support/certificate.ts';
import { closerOf } from '../support/closer.ts';
import { type Account, type Script, zoneOf } from './account.ts';
import type { Deployments } from './deployments.ts';

/** The edge that visitors reach: the hosts of the account's zones and of workers.dev, over https. */
export type Edge = {
  /** An HTTP proxy, for `HTTPS_PROXY`. It connects to this account's hosts and to nothing else. */
  readonly proxy: string;
  /** The certificate of all hosts, as PEM. */
  readonly certificate: string;
  /** Answers as a visitor's request would be answered, without a connection. */
  answer(request: Request): Promise<Response>;
  close(): Promise<void>;
};

/** The site's own server, which answers requests that no route handles. */
export type Origin = (request: Request) => Response | Promise<Response>;

export async function startEdge(account: Account, deployments: Deployments, origin: Origin): Promise<Edge> {
  const hosts = account.zones.flatMap(({ name }) => [name, `*.${name}`]);
  const { key, cert } = makeCertificate([...hosts, `*.${account.subdomain ?? 'example'}.workers.dev`]);
  const tls = createTlsServer({ key, cert }, (request, response) => {
    asRequest(request)
      .then(answer)
      .then((reply) => send(reply, response))
      .catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  const closeTls = closerOf(tls);
  const tlsPort = await listening(tls);
  const proxy = createServer((_, response) => void response.writeHead(405).end());
  const closeProxy = closerOf(proxy);
  proxy.on('connect', ({ url = '' }: IncomingMessage, socket: Socket) => {
    const host = url.replace(/:443$/, '');
    // A client that ends meanwhile ends only its own connection.
    socket.on('error', () => socket.destroy());
    if (!isOurs(account, host)) return void socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    const inside = connect(tlsPort, '127.0.0.1');
    inside.pipe(socket).pipe(inside);
    inside.on('error', () => void [inside.destroy(), socket.destroy()]);
    socket.on('close', () => inside.destroy());
  });
  const port = await listening(proxy);

  async function answer(request: Request): Promise<Response> {
    const { hostname, pathname } = new URL(request.url);
    const script = scriptFor(account, hostname, pathname);
    if (script === undefined) return origin(request);
    return (await deployments.instance(script.name)?.answer(request)) ?? new Response('', { status: 522 });
  }

  return {
    proxy: `http://127.0.0.1:${port}`,
    certificate: cert,
    answer,
    async close() {
      await Promise.all([closeTls(), closeProxy()]);
    },
  };
}

function isOurs(account: Account, host: string): boolean {
  return zoneOf(account, host) !== undefined || host.endsWith(`.${account.subdomain ?? ''}.workers.dev`);
}

/** Finds the script whose custom domain, route or workers.dev address this is. */
function scriptFor(account: Account, host: string, path: string): Script | undefined {
  const scripts = [...account.scripts.values()];
  return (
    scripts.find(({ domains }) => domains.includes(host)) ??
    scripts.find(({ routes }) => routes.some((pattern) => isMatch(pattern, `${host}${path}`))) ??
    scripts.find(({ name, workersDev }) => workersDev && host === `${name}.${account.subdomain ?? ''}.workers.dev`)
  );
}

/** https://developers.cloudflare.com/workers/configuration/routing/routes/#matching-behavior */
function isMatch(pattern: string, address: string): boolean {
  const parts = pattern.replace(/^https?:\/\//, '').split('*');
  return new RegExp(`^${parts.map((part) => RegExp.escape(part)).join('.*')}$`).test(address);
}

async function asRequest(incoming: IncomingMessage): Promise<Request> {
  const { method = 'GET', headers, url = '/' } = incoming;
  const body = Buffer.concat(await Array.fromAsync(incoming));
  const sent = new Headers();
  for (const [name, value] of Object.entries(headers))
    if (!/^(?:connection|host|transfer-encoding)$/.test(name)) sent.set(name, [value ?? ''].flat().join(', '));
  // The headers with which Cloudflare describes the visitor.
  sent.set('CF-Connecting-IP', '203.0.113.7');
  return new Request(`https://${headers.host ?? ''}${url}`, {
    method,
    headers: sent,
    ...(body.length > 0 && { body }),
  });
}

/** The body is sent whole and unpacked. */
const OWN_HEADERS = new Set(['set-cookie', 'content-encoding', 'content-length', 'transfer-encoding']);

async function send(reply: Response, response: ServerResponse): Promise<void> {
  for (const [name, value] of reply.headers) if (!OWN_HEADERS.has(name)) response.setHeader(name, value);
  response.setHeader('set-cookie', reply.headers.getSetCookie());
  response.writeHead(reply.status).end(Buffer.from(await reply.arrayBuffer()));
}

async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Listening: expected a TCP port');
  return address.port;
}
