import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';

/** A request that a receiver of alerts got. */
type Received = { path: string; headers: IncomingHttpHeaders; text: string; atMs: number };

/** A real server on this machine that receives alerts. */
export type AlertReceiver = {
  url: string;
  received: Received[];
  /** Answers the next requests with this status. */
  answerWith(status: number): void;
  /** Leaves the next requests without an answer, until `answerWith`. */
  hang(): void;
  close(): Promise<void>;
};

export async function startAlertReceiver(): Promise<AlertReceiver> {
  const received: Received[] = [];
  let status: number | undefined = 200;
  const server: Server = createServer((request, response) => {
    let text = '';
    request.setEncoding('utf8').on('data', (part: string) => (text += part));
    request.on('end', () => {
      received.push({ path: request.url ?? '', headers: request.headers, text, atMs: Date.now() });
      if (status !== undefined) response.writeHead(status).end();
    });
  });
  const url = await listening(server);
  return {
    url,
    received,
    answerWith: (next) => (status = next),
    hang: () => (status = undefined),
    close: () => closed(server),
  };
}

async function listening(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('Cannot find the port of the receiver');
  return `http://127.0.0.1:${address.port}`;
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    server.closeAllConnections();
    server.close((error) => (error === undefined ? resolve() : reject(error)));
  });
}
