/** The stand-in for Cloudflare refuses what Cloudflare refuses, and runs what was uploaded. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { setImmediate } from 'node:timers/promises';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { type Cloudflare, startCloudflare } from '../../cloudflare/start.ts';

let cloudflare: Cloudflare;
beforeAll(async () => {
  cloudflare = await startCloudflare();
});
afterAll(() => cloudflare.close());

const MAIN = `import { DurableObject } from 'cloudflare:workers';
import text from './text.js';
export class Counter extends DurableObject {
  async count() {
    const n = ((await this.ctx.storage.get('n')) ?? 0) + 1;
    await this.ctx.storage.put('n', n);
    return n;
  }
}
export default {
  async fetch(request, env) {
    const { pathname } = new URL(request.url);
    if (pathname.endsWith('/count')) return Response.json(await env.COUNTER.getByName('one').count());
    return Response.json({ pathname, text, host: new URL(request.url).host, secret: env.SECRET, greeting: env.GREETING });
  },
};`;

const METADATA = {
  main_module: 'main.js',
  compatibility_date: '2026-10-20',
  bindings: [
    { type: 'durable_object_namespace', name: 'COUNTER', class_name: 'Counter' },
    { type: 'plain_text', name: 'GREETING', text: 'hello' },
  ] as object[],
  exports: { Counter: { type: 'durable-object', storage: 'sqlite' } } as object,
  keep_bindings: ['secret_text'],
};

type Answer = {
  status: number;
  body: { success: boolean; result: unknown; errors: { code: number; message: string }[] };
};

async function call(method: string, path: string, body?: unknown): Promise<Answer> {
  const { CLOUDFLARE_API_BASE_URL: base = '', CLOUDFLARE_API_TOKEN: token = '' } = cloudflare.env;
  const isForm = body instanceof FormData;
  const response = await fetch(`${base}${path.replace(':account', cloudflare.account.id)}`, {
    method,
    headers: { Authorization: `Bearer ${token}`, ...(!isForm && { 'Content-Type': 'application/json' }) },
    ...(body !== undefined && { body: isForm ? body : JSON.stringify(body) }),
  });
  return { status: response.status, body: await response.json() };
}

function upload(
  name: string,
  { metadata = {}, modules = {} }: { metadata?: object; modules?: Record<string, string | null> } = {},
): Promise<Answer> {
  const form = new FormData();
  form.set('metadata', JSON.stringify({ ...METADATA, ...metadata }));
  const uploaded: Record<string, string | null> = {
    'main.js': MAIN,
    'text.js': 'export default "of a module";',
    ...modules,
  };
  for (const [path, content] of Object.entries(uploaded))
    if (content !== null) form.set(path, new File([content], path, { type: 'application/javascript+module' }));
  return call('PUT', `/accounts/:account/workers/scripts/${name}`, form);
}

describe('an upload', () => {
  it('runs as it was uploaded, at workers.dev, on its routes and on its own hosts', async () => {
    await upload('runs');
    const path = '/accounts/:account/workers/scripts/runs';
    const before = await cloudflare.fetch('https://runs.example.workers.dev/');
    const answers = [
      await call('POST', `${path}/subdomain`, { enabled: true }),
      await call('PUT', `${path}/routes`, [{ pattern: 'www.example.com/_df/*' }]),
      await call('PUT', `${path}/domains/records`, { origins: [{ hostname: 't.example.com' }] }),
      await call('PUT', `${path}/secrets`, { name: 'SECRET', text: 'abc', type: 'secret_text' }),
    ];

    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(before.status).toBe(404);
    for (const host of ['runs.example.workers.dev', 'www.example.com', 't.example.com'])
      expect(await (await cloudflare.fetch(`https://${host}/_df/x`)).json()).toEqual({
        host,
        pathname: '/_df/x',
        text: 'of a module',
        secret: 'abc',
        greeting: 'hello',
      });
    expect((await cloudflare.fetch('https://www.example.com/_dfx')).status).toBe(404);
  });

  it('finds the objects’ data and the secrets of the version before', async () => {
    await upload('kept');
    await call('POST', '/accounts/:account/workers/scripts/kept/subdomain', { enabled: true });
    await call('PUT', '/accounts/:account/workers/scripts/kept/secrets', {
      name: 'SECRET',
      text: 'abc',
      type: 'secret_text',
    });
    const first = await (await cloudflare.fetch('https://kept.example.workers.dev/count')).json();

    await upload('kept', { modules: { 'text.js': 'export default "of version 2";' } });

    expect(first).toBe(1);
    expect(await (await cloudflare.fetch('https://kept.example.workers.dev/count')).json()).toBe(2);
    expect(await (await cloudflare.fetch('https://kept.example.workers.dev/')).json()).toMatchObject({
      text: 'of version 2',
      secret: 'abc',
    });
  });

  it.each<[string, Parameters<typeof upload>[1], number, RegExp]>([
    ['a main module that is not there', { metadata: { main_module: 'other.js' } }, 10_021, /No such module "other.js"/],
    ['a module that imports a missing one', { modules: { 'text.js': null } }, 10_021, /No such module/],
    ['a syntax error', { modules: { 'text.js': 'export defau' } }, 10_021, /SyntaxError/],
    ['an exception at the start', { modules: { 'text.js': 'throw new Error("no");' } }, 10_021, /no/],
    ['a date in the future', { metadata: { compatibility_date: '2126-01-01' } }, 10_021, /in the future/],
    ['a date that is none', { metadata: { compatibility_date: 'today' } }, 10_021, /compatibility_date/],
    [
      'a binding of an unknown kind',
      { metadata: { bindings: [{ type: 'ai', name: 'AI' }] } },
      10_021,
      /Invalid binding/,
    ],
    ['a name that is no identifier', bound({ type: 'plain_text', name: 'a-b', text: '' }), 10_021, /identifier/],
    ['two bindings of one name', bound({ type: 'plain_text', name: 'COUNTER', text: '' }), 10_021, /more than once/],
    [
      'a namespace that does not exist',
      bound({ type: 'kv_namespace', name: 'KV', namespace_id: '0'.repeat(32) }),
      10_041,
      /not found/,
    ],
    [
      'an object whose class is not declared',
      bound({ type: 'durable_object_namespace', name: 'OTHER', class_name: 'Other' }),
      10_061,
      /not currently configured/,
    ],
    [
      'a declared class that the code does not have',
      {
        metadata: {
          ...bound({ type: 'durable_object_namespace', name: 'OTHER', class_name: 'Other' }).metadata,
          exports: { ...METADATA.exports, Other: { type: 'durable-object', storage: 'sqlite' } },
        },
      },
      10_021,
      /Other/,
    ],
    ['a binding to inherit on the first upload', bound({ type: 'inherit', name: 'CONFIG' }), 10_057, /inherited/],
    ['an assets binding without assets', bound({ type: 'assets', name: 'ASSETS' }), 10_021, /needs assets/],
    [
      'a rate limit with a period of its own',
      bound({ type: 'ratelimit', name: 'L', namespace_id: '1', simple: { limit: 1, period: 30 } }),
      10_021,
      /Invalid binding/,
    ],
    [
      'a storage that is unknown',
      { metadata: { exports: { Counter: { type: 'durable-object' } } } },
      10_021,
      /exports/,
    ],
    ['metadata that Cloudflare does not know', { metadata: { compatability_date: '' } }, 10_021, /compatability_date/],
  ])('is refused with %s', async (_, change, code, words) => {
    const { status, body } = await upload('refused', change);

    expect({ status, code: body.errors[0]?.code }).toEqual({ status: 400, code });
    expect(body.errors[0]?.message).toMatch(words);
    expect(cloudflare.account.scripts.has('refused')).toBe(false);
  });

  it.each<[string, object]>([
    ['is no longer declared', {}],
    ['changes its storage', { Counter: { type: 'durable-object', storage: 'legacy-kv' } }],
  ])('is refused if a class with data %s, and the version before stays', async (_, exports) => {
    await upload('objects');
    const { id } = cloudflare.script('objects').versions.at(-1) ?? {};

    const { body } = await upload('objects', { metadata: { exports } });

    expect(body.errors).toEqual([expect.objectContaining({ code: 100_402 })]);
    expect(cloudflare.script('objects').versions.at(-1)?.id).toBe(id);
  });
});

describe('what belongs to a script', () => {
  beforeAll(async () => {
    await upload('mine');
    await upload('other');
    await call('PUT', '/accounts/:account/workers/scripts/other/routes', [{ pattern: 'www.example.com/taken/*' }]);
  });

  it.each<[string, string, string, unknown, number]>([
    [
      'a secret with the name of a binding',
      'PUT',
      'secrets',
      { name: 'GREETING', text: 'a', type: 'secret_text' },
      400,
    ],
    ['an empty secret', 'PUT', 'secrets', { name: 'SECRET', text: '', type: 'secret_text' }, 400],
    ['a route in another’s zone', 'PUT', 'routes', [{ pattern: 'www.example.org/*' }], 400],
    ['a route with a wrong zone', 'PUT', 'routes', [{ pattern: 'www.example.com/*', zone_name: 'example.org' }], 400],
    ['a route that another script has', 'PUT', 'routes', [{ pattern: 'www.example.com/taken/*' }], 409],
    ['a route with a query', 'PUT', 'routes', [{ pattern: 'www.example.com/?a=*' }], 400],
    ['a host with a path', 'PUT', 'domains/records', { origins: [{ hostname: 't.example.com/_df' }] }, 400],
    ['a host in another’s zone', 'PUT', 'domains/records', { origins: [{ hostname: 't.example.org' }] }, 400],
    ['a cron of six fields', 'PUT', 'schedules', [{ cron: '* * * * * *' }], 400],
    ['a subdomain that is not a switch', 'POST', 'subdomain', { enabled: 'yes' }, 400],
  ])('is refused: %s', async (_, method, path, body, status) => {
    expect((await call(method, `/accounts/:account/workers/scripts/mine/${path}`, body)).status).toBe(status);
  });

  it('is noted if the stand-in has no such path', async () => {
    const { status } = await call('GET', '/accounts/:account/workers/unheard-of');

    expect(status).toBe(404);
    expect(cloudflare.unknown).toEqual([`GET /client/v4/accounts/${cloudflare.account.id}/workers/unheard-of`]);
  });
});

/** Adds a binding to the others. */
function bound(binding: object): { metadata: object } {
  return { metadata: { bindings: [...METADATA.bindings, binding] } };
}

describe('the stand-in’s proxy', () => {
  it.each(['www.example.com:443', 'registry.npmjs.org:443'])(
    'goes on when a client of %s is killed amid a request',
    async (host) => {
      const proxy = new URL(cloudflare.proxy);
      for (let round = 0; round < 20; round += 1) {
        const socket = connect(Number(proxy.port), proxy.hostname);
        await once(socket, 'connect');
        socket.on('error', () => undefined);
        socket.write(`CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
        // The proxy's answer arrives at a closed port, which resets its connection.
        await setImmediate();
        socket.resetAndDestroy();
      }

      const again = connect(Number(proxy.port), proxy.hostname);
      again.write('CONNECT www.example.com:443 HTTP/1.1\r\nHost: www.example.com\r\n\r\n');
      const [answer] = await once(again, 'data');
      again.destroy();

      expect(String(answer)).toContain('200 Connection Established');
    },
  );
});
