import { createServer, connect, type Socket } from 'node:net';

/** A proxy to a port that delays everything in both directions, as from another continent. */
export interface SlowRoad {
  readonly port: number;
  /** The number of connections so far. */
  readonly connections: () => number;
  close(): Promise<void>;
}

export async function openSlowRoad({ to, delayMs }: { to: () => number; delayMs: number }): Promise<SlowRoad> {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((near) => {
    connections += 1;
    const far = connect(to(), '127.0.0.1');
    for (const [from, into] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(from);
      // Timers with the same delay fire in the order in which they were set, so nothing overtakes.
      from.on('data', (bytes) => setTimeout(() => into.writable && into.write(bytes), delayMs));
      from.on('end', () => setTimeout(() => into.end(), delayMs));
      from.on('error', () => into.destroy());
      from.on('close', () => sockets.delete(from));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('The slow road has no port');
  return {
    port: address.port,
    connections: () => connections,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
