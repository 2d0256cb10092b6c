import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { type Sandbox, startSandbox } from '../../sandbox/start.ts';
import { anEvent, NOW } from './an-event.ts';
import { ask, askForm } from './ask.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sandbox-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const journalPath = () => join(folder, 'sandbox.jsonl');
const post = (sandbox: Sandbox, over: Record<string, unknown> = {}, headers = {}) =>
  ask(sandbox, '/rest/conversionEvents', { body: anEvent(over), headers });

/** Runs one sandbox after the other with one journal. Each is closed before the next one starts. */
async function lives(...acts: ((sandbox: Sandbox) => Promise<void>)[]): Promise<void> {
  for (const act of acts) {
    // The next sandbox starts in the state in which this one ended.
    const sandbox = await startSandbox({ now: () => NOW, journalPath: journalPath() });
    await act(sandbox);
    await sandbox.close();
  }
}

describe('a journal', () => {
  it('keeps accepted elements across a restart, and continues the count', async () => {
    await lives(
      async (sandbox) => {
        await post(sandbox, { eventId: 'evt-1' });
        await post(sandbox, { eventId: 'evt-1', foo: 'refused' });
      },
      async (sandbox) => {
        await post(sandbox, { eventId: 'evt-2' });

        expect(sandbox.events.map(({ sequence, element }) => [sequence, element['eventId']])).toEqual([
          [1, 'evt-1'],
          [2, 'evt-2'],
        ]);
        expect(sandbox.events[0]?.headers['authorization']).toBe('Bearer tok-ok');
        expect(sandbox.events[1]?.request_id).toBeGreaterThan(sandbox.events[0]?.request_id ?? 0);
      },
    );
  });

  it('has each element on disk before its answer is sent', async () => {
    await lives(async (sandbox) => {
      await post(sandbox);

      expect(readFileSync(journalPath(), 'utf8')).toContain('"eventId":"evt-1"');
    });
  });

  it('skips a truncated line, and continues after it', async () => {
    await lives(async (sandbox) => {
      await post(sandbox);
    });
    appendFileSync(journalPath(), '{"kind":"event","value":{"sequ');

    await lives(
      async (sandbox) => {
        await post(sandbox, { eventId: 'evt-2' });
      },
      async (sandbox) => {
        expect(sandbox.events.map(({ element }) => element['eventId'])).toEqual(['evt-1', 'evt-2']);
      },
    );
  });

  it('is cleared with the events', async () => {
    await lives(
      async (sandbox) => {
        await post(sandbox);
        await ask(sandbox, '/_sandbox/events', { method: 'DELETE' });
      },
      async (sandbox) => expect(sandbox.events).toEqual([]),
    );
  });

  it('keeps tokens and rules that clients were promised', async () => {
    let token = '';
    await lives(
      async (sandbox) => {
        const form = {
          grant_type: 'refresh_token',
          refresh_token: 'ref-ok',
          client_id: 'app-1',
          client_secret: 'secret-1',
        };
        const { text } = await askForm(sandbox, '/oauth/v2/accessToken', form);
        token = /"access_token":"([^"]+)"/.exec(text)?.[1] ?? '';
        await ask(sandbox, '/rest/conversions/1002?account=urn%3Ali%3AsponsoredAccount%3A100', {
          headers: { 'X-RestLi-Method': 'PARTIAL_UPDATE' },
          body: { patch: { $set: { enabled: true } } },
        });
        await ask(sandbox, '/_sandbox/events', { method: 'DELETE' });
      },
      async (sandbox) => {
        const reply = await post(
          sandbox,
          { conversion: 'urn:lla:llaPartnerConversion:1002' },
          { Authorization: `Bearer ${token}` },
        );

        expect(reply.status).toBe(201);
      },
    );
  });
});

describe('npm run sandbox', () => {
  it.each(['SIGINT', 'SIGTERM'] as const)('prints its address, and ends at once on %s', async (signal) => {
    const port = await freePort();
    const main = join(import.meta.dirname, '../../sandbox/main.ts');
    const child = spawn(process.execPath, [main], { env: { ...process.env, SANDBOX_PORT: String(port) } });
    const [line] = await once(child.stdout, 'data');
    const idle = connect(port, '127.0.0.1');
    await once(idle, 'connect');
    idle.write('GET /_sandbox/events HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(idle, 'data');

    const start = performance.now();
    child.kill(signal);
    const [code] = await once(child, 'exit');

    expect(String(line)).toBe(`LinkedIn sandbox on http://localhost:${port}\n`);
    expect(code).toBe(0);
    expect(performance.now() - start).toBeLessThan(2_000);
    idle.destroy();
  });
});

describe('npm run sandbox, on a port that is taken', () => {
  it('says so in one line, with a remedy', async () => {
    const other = await startSandbox();
    const main = join(import.meta.dirname, '../../sandbox/main.ts');
    const child = spawn(process.execPath, [main], { env: { ...process.env, SANDBOX_PORT: String(other.port) } });

    const [[words], [code]] = await Promise.all([once(child.stderr, 'data'), once(child, 'exit')]);

    expect(String(words)).toMatch(
      /^Starting the sandbox on port \d+: .*EADDRINUSE.* SANDBOX_PORT names another one\n$/,
    );
    expect(code).toBe(1);
    await other.close();
  });
});

async function freePort(): Promise<number> {
  const sandbox = await startSandbox();
  await sandbox.close();
  return sandbox.port;
}
