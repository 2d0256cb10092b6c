import { once } from 'node:events';
import { createServer } from 'node:net';

/** Finds a free port. As always, another program may take it before it is used. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('Cannot find a free port: the server has none');
  return address.port;
}
