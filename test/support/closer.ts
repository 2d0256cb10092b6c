import { once } from 'node:events';
import type { Server, Socket } from 'node:net';

/**
 * Notes a server's connections from now on. Returns what closes the server with all of them.
 *
 * `closeAllConnections` does not know a connection whose TLS handshake goes on, which `close` would wait for: until the
 * browser ends.
 */
export function closerOf(server: Server): () => Promise<void> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  return async () => {
    const end = once(server, 'close');
    server.close();
    for (const socket of sockets) socket.destroy();
    await end;
  };
}
