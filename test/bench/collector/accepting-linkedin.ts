import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';

export interface AcceptingLinkedIn {
  readonly url: string;
  /** The number of elements that it accepted. */
  accepted(): number;
  stop(): void;
}

/** Starts a server that accepts every conversion at once, so that LinkedIn costs no time. The sandbox is too strict. */
export async function startAcceptingLinkedIn(): Promise<AcceptingLinkedIn> {
  let accepted = 0;
  const server = createServer((request, response) => void accept(request, response).catch(() => response.destroy()));
  async function accept(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body: unknown = await json(request);
    const elements = typeof body === 'object' && body !== null && 'elements' in body ? body.elements : undefined;
    const count = Array.isArray(elements) ? elements.length : 1;
    accepted += count;
    response.writeHead(elements === undefined ? 201 : 200, { 'Content-Type': 'application/json' });
    response.end(
      elements === undefined
        ? undefined
        : JSON.stringify({ elements: Array.from({ length: count }, () => ({ status: 201 })) }),
    );
  }
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    accepted: () => accepted,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
