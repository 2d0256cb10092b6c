import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';

import { closed, listenOnLoopback } from '../sandbox/listen-on-loopback.ts';

/** A file on a page's own host or CDN. */
type File = { type: string; body: string };

export type SdkSite = {
  readonly url: string;
  /** Files by path; every other path goes to the collector. */
  readonly files: Map<string, File>;
  /** Answers the next event requests with 503, like an outbox that is being moved. */
  fail(times: number): void;
  /** The requests to the collector that passed through, so that a test can check what an SDK sent. */
  readonly seen: { path: string; encoding: string | undefined; status: number }[];
  close(): Promise<void>;
};

/** Starts a site with the collector as a route on its own host. It can block the route. */
export async function startSdkSite(collectorUrl: string): Promise<SdkSite> {
  const files = new Map<string, File>();
  const seen: SdkSite['seen'] = [];
  let failures = 0;

  const handle = (incoming: IncomingMessage, answer: ServerResponse): void => {
    const { pathname } = new URL(incoming.url ?? '/', 'http://site');
    const file = files.get(pathname);
    if (file !== undefined) {
      answer.writeHead(200, { 'Content-Type': file.type }).end(file.body);
      return;
    }
    const note = (status: number) =>
      seen.push({ path: pathname, encoding: incoming.headers['content-encoding'], status });
    if (incoming.method === 'POST' && failures > 0) {
      failures -= 1;
      note(503);
      incoming.resume();
      const origin = incoming.headers.origin ?? '*';
      answer.writeHead(503, { 'Retry-After': '1', 'Access-Control-Allow-Origin': origin }).end();
      return;
    }
    forward(incoming, answer, { to: collectorUrl, onStatus: note });
  };
  const { port, servers } = await listenOnLoopback(() => createServer(handle), 0, '127.0.0.1');
  return {
    url: `http://127.0.0.1:${port}`,
    files,
    seen,
    fail(times) {
      failures = times;
    },
    async close() {
      await Promise.all(servers.map(closed));
    },
  };
}

/** Forwards a request like a route: the host stays the site's. */
function forward(
  incoming: IncomingMessage,
  answer: ServerResponse,
  { to, onStatus }: { to: string; onStatus: (status: number) => void },
): void {
  const outgoing = request(
    new URL(incoming.url ?? '/', to),
    { method: incoming.method, headers: incoming.headers },
    (response) => {
      onStatus(response.statusCode ?? 0);
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(answer);
    },
  );
  // When a page is closed, its requests end.
  outgoing.on('error', () => answer.destroy());
  incoming.pipe(outgoing);
}
