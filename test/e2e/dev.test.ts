import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { connect } from 'node:net';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import { type DevPorts, type DevProcess, removeStateOf, startDevProcess } from '../support/dev-process.ts';
import { freePort } from '../support/free-port.ts';

const started: { run: DevProcess; ports: DevPorts }[] = [];

const start = async (settings: Record<string, string> = {}) => {
  const ports = { port: await freePort(), sandboxPort: await freePort() };
  const run = await startDevProcess(ports, settings);
  started.push({ run, ports });
  return { run, ports };
};
afterEach(async () => {
  const all = started.splice(0);
  await Promise.all(all.map(({ run }) => run.remove()));
  await Promise.all(all.map(({ ports }) => removeStateOf(ports)));
});

const statusOf = async (url: string): Promise<number> => (await fetch(url)).status;

describe('npm run dev', () => {
  it('serves the shop, the tag, the collector and the sandbox within 30 s, under both names of this machine', async () => {
    const { run, ports } = await start();

    const statuses = await Promise.all(
      ['localhost', '127.0.0.1'].flatMap((host) => [
        ...['/demo', '/demo/contact', '/console', '/df.js', '/openapi.json', '/healthz'].map((path) =>
          statusOf(`http://${host}:${ports.port}${path}`),
        ),
        ...['/', '/_sandbox/events'].map((path) => statusOf(`http://${host}:${ports.sandboxPort}${path}`)),
      ]),
    );

    expect(run.startedInMs).toBeLessThan(30_000);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(run.output).toContain('Demo shop');
    expect(run.output).not.toMatch(/warn|error|deprecat|experimental/i);
  });

  it('runs beside another one, each with its own events, also with keys that a person made', async () => {
    const keys = [randomBytes(32), randomBytes(32)].map((key) => key.toString('base64'));
    const [one, other] = await Promise.all([start({ ENCRYPTION_KEY: keys.join(', ') }), start()]);

    const { status } = await fetch(`http://localhost:${one.ports.port}/v1/track`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ writeKey: 'wk_demo', event: 'Seen by one', messageId: 'of-one' }),
    });
    const outcomes = await Promise.all(
      [one, other].map(async ({ ports }) => {
        const response = await fetch(`http://localhost:${ports.port}/demo/outcomes`);
        return response.json();
      }),
    );

    expect(status).toBe(200);
    expect(outcomes).toMatchObject([{ data: [{ message_id: 'of-one' }] }, { data: [] }]);
  });

  it('reports a taken port in one line, with the setting that changes it', async () => {
    const { ports } = await start();

    const second = startDevProcess({ ...ports, sandboxPort: await freePort() });

    await expect(second).rejects.toThrow(
      `Cannot start: port ${ports.port} is taken, perhaps by another npm run dev. PORT names another one\n`,
    );
  });

  it.each([
    ['ENCRYPTION_KEY', 'abc', /^Cannot start: ENCRYPTION_KEY is not base64 of 32 bytes[^\n]*\n$/],
    ['ENCRYPTION_KEY', `${'A'.repeat(43)}!`, /^Cannot start: ENCRYPTION_KEY is not base64 of 32 bytes[^\n]*\n$/],
    ['ENCRYPTION_KEY', '', /^Cannot start: ENCRYPTION_KEY is not base64 of 32 bytes[^\n]*\n$/],
    ['ADMIN_TOKEN', '', /^Cannot start: ADMIN_TOKEN is empty[^\n]*\n$/],
  ])('reports %s="%s" in one sentence', async (name, value, words) => {
    const ports = { port: await freePort(), sandboxPort: await freePort() };

    const failed = await startDevProcess(ports, { [name]: value }).catch((error: Error) => error);

    const { message } = failed instanceof Error ? failed : new Error('It started');
    expect(message.replace(/^Cannot start npm run dev \(exit 1\): /, '')).toMatch(words);
  });

  it.each<[string, readonly ('port' | 'sandboxPort')[]]>([
    ['dev', ['port', 'sandboxPort']],
    ['sandbox', ['sandboxPort']],
  ])('npm run %s ends completely when npm gets a SIGTERM', async (script, listens) => {
    const ports = { port: await freePort(), sandboxPort: await freePort() };
    const npm = spawn('npm', ['run', script], {
      cwd: join(import.meta.dirname, '../..'),
      stdio: 'ignore',
      env: { ...process.env, PORT: String(ports.port), SANDBOX_PORT: String(ports.sandboxPort) },
    });
    const answering = async () => {
      const answers = await Promise.all(listens.map((name) => isAnswering(ports[name])));
      return answers.filter(Boolean).length;
    };
    await expect.poll(answering, { timeout: 60_000 }).toBe(listens.length);

    npm.kill('SIGTERM');

    await expect.poll(answering).toBe(0);
    await removeStateOf(ports);
  });

  it('ends completely with Ctrl-C', async () => {
    const { run, ports } = await start();

    // Waits until the process and its workerd are gone.
    await run.interrupt();

    expect(await isAnswering(ports.port)).toBe(false);
    expect(await isAnswering(ports.sandboxPort)).toBe(false);
    expect(run.output).not.toMatch(/warn|error/i);
  });
});

function isAnswering(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, 'localhost');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
