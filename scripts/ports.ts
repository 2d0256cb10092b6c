import { createServer } from 'node:net';

import { giveUp } from './give-up.ts';

/** Reads a port from the environment. A person set it, so an error is one sentence without a stack trace. */
export function portFrom(name: string, fallback: number): number {
  const text = process.env[name] ?? String(fallback);
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    giveUp(`${name} is "${text}", expected a port from 1 to 65535`);
  return port;
}

/** Ends the process if another program listens on a port, and says what to do. */
export async function mustBeFree(name: string, port: number): Promise<void> {
  if (await isTaken(port)) giveUp(`port ${port} is taken, perhaps by another npm run dev. ${name} names another one`);
}

function isTaken(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(true));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(false)));
  });
}
