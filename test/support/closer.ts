import { once } from 'node:events';
import type { Server, Socket } from 'node:net';

/**
 * Records a server's connections from now on. Returns a function that closes the server and all of them.
 *
 * `closeAllConnections` does not close a connection during its TLS handshake, and `close` would wait for it until the
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
