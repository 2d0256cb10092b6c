import { once } from 'node:events';
import { Server } from 'node:http';

import type { ServerType } from '@hono/node-server';

/**
 * Listens on `http://localhost:<port>` and `http://127.0.0.1:<port>`, and only for this machine. `localhost` is `::1`
 * to some clients, so each address has its own server.
 */
export async function listenOnLoopback(
  newServer: () => ServerType,
  port: number,
  host: string | undefined,
): Promise<{ port: number; servers: ServerType[] }> {
  const first = newServer();
  await listening(first, port, host ?? '127.0.0.1');
  const address = first.address();
  if (address === null || typeof address === 'string')
    throw new Error('Listening: the server has no port, expected one on TCP');
  if (host !== undefined) return { port: address.port, servers: [first] };

  const second = newServer();
  try {
    await listening(second, address.port, '::1');
  } catch (error) {
    if (isWithoutIpv6(error)) return { port: address.port, servers: [first] };
    await closed(first);
    // Another program uses the IPv6 half of the port that was picked, so try another port.
    if (port === 0 && isCode(error, 'EADDRINUSE')) return listenOnLoopback(newServer, port, host);
    throw error;
  }
  return { port: address.port, servers: [first, second] };
}

/** Closes a server and its connections: a browser's idle connection must not delay the end. */
export async function closed(server: ServerType): Promise<void> {
  if (!server.listening) return;
  const end = once(server, 'close');
  server.close();
  if (server instanceof Server) server.closeAllConnections();
  await end;
}

async function listening(server: ServerType, port: number, host: string): Promise<void> {
  server.listen(port, host);
  // Rejects with the server's error, such as a port that is taken.
  await once(server, 'listening');
}

const isWithoutIpv6 = (error: unknown): boolean => isCode(error, 'EADDRNOTAVAIL') || isCode(error, 'EAFNOSUPPORT');

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
