import { randomUUID } from 'node:crypto';

import { type Context, Hono } from 'hono';
import * as v from 'valibot';

import { type Account, deployed, type Script, zoneOf } from './account.ts';
import { AssetSessions } from './assets.ts';
import type { Deployments } from './deployments.ts';
import { CODE, invalid, Refusal } from './refusal.ts';
import { cronsIn, domainsIn, routesIn, workersDevIn } from './triggers.ts';
import { CodeUpdateStrategy, readUpload } from './upload.ts';

const Secret = v.strictObject({
  name: v.pipe(v.string(), v.regex(/^[A-Za-z_$][\w$]*$/)),
  text: v.pipe(v.string(), v.minLength(1), v.maxLength(5120)),
  type: v.literal('secret_text'),
});

const Deployment = v.strictObject({
  strategy: v.literal('percentage'),
  versions: v.strictTuple([v.strictObject({ version_id: v.pipe(v.string(), v.uuid()), percentage: v.literal(100) })]),
  annotations: v.optional(v.record(v.string(), v.string())),
  code_update_strategy: v.optional(CodeUpdateStrategy),
});

/**
 * The part of Cloudflare's API that wrangler needs to deploy this Worker. Each path refuses what Cloudflare refuses.
 * Any other path answers 404 and is recorded, so that a test notices when wrangler starts to call another one.
 *
 * @param unknown Gets `GET /path` of each request that no path here answers.
 */
export function cloudflareApi(
  account: Account,
  deployments: Deployments,
  { token, unknown }: { token: string; unknown: string[] },
): Hono {
  const sessions = new AssetSessions();
  const app = new Hono().basePath('/client/v4');

  app.use(async (c, next) => {
    // Files are sent with the token of their session.
    if (c.req.path.endsWith('/workers/assets/upload')) return next();
    if (c.req.header('Authorization') !== `Bearer ${token}`)
      throw new Refusal(401, CODE.authentication, 'Authentication error');
    const [, id] = /\/accounts\/([^/]+)\//.exec(c.req.path) ?? [];
    if (id !== undefined && id !== account.id) throw new Refusal(403, CODE.authentication, 'Authentication error');
    return next();
  });
  app.onError((error, c) => {
    if (!(error instanceof Refusal)) {
      // A mistake in the stand-in itself.
      console.error(error);
      return c.json({ success: false, errors: [{ code: 1, message: String(error) }], messages: [] }, 500);
    }
    const { code, message, meta } = error;
    const errors = [{ code, message, ...(meta !== undefined && { meta }) }];
    return c.json({ success: false, errors, messages: [], result: null }, { status: error.status });
  });
  app.notFound((c) => {
    unknown.push(`${c.req.method} ${c.req.path}`);
    return c.json(
      {
        success: false,
        errors: [{ code: CODE.noRoute, message: `Could not route to ${c.req.path}` }],
        messages: [],
        result: null,
      },
      404,
    );
  });

  app.get('/user', (c) => ok(c, { id: account.id, email: 'jane@example.com' }));
  app.get('/user/tokens/verify', (c) => ok(c, { id: account.id, status: 'active' }));
  app.get('/accounts', (c) => list(c, [{ id: account.id, name: account.name }]));
  app.get('/memberships', (c) =>
    list(c, [{ id: account.id, account: { id: account.id, name: account.name }, roles: ['Administrator'] }]),
  );
  app.get('/zones', (c) =>
    list(
      c,
      account.zones.filter(({ name }) => name === (c.req.query('name') ?? name)),
    ),
  );
  app.get('/zones/:zone/workers/routes', (c) =>
    list(
      c,
      [...account.scripts.values()].flatMap(({ name, routes }) =>
        routes
          .filter((pattern) => zoneOf(account, pattern.split('/', 1)[0] ?? '')?.id === c.req.param('zone'))
          .map((pattern) => ({ id: pattern, pattern, script: name })),
      ),
    ),
  );

  const here = '/accounts/:account';
  app.get(`${here}/storage/kv/namespaces`, (c) => list(c, [...account.namespaces.values()]));
  app.post(`${here}/storage/kv/namespaces`, async (c) => {
    const { title } = parsed(v.strictObject({ title: v.pipe(v.string(), v.minLength(1)) }), await c.req.json());
    if ([...account.namespaces.values()].some((one) => one.title === title))
      throw new Refusal(400, CODE.namespaceTitleTaken, 'A namespace with this title already exists.');
    const namespace = { id: randomUUID().replaceAll('-', ''), title };
    account.namespaces.set(namespace.id, namespace);
    return ok(c, namespace);
  });

  app.get(`${here}/workers/subdomain`, (c) => {
    if (account.subdomain === undefined)
      throw new Refusal(404, CODE.noSubdomain, 'This account has no workers.dev subdomain');
    return ok(c, { subdomain: account.subdomain });
  });
  app.get(`${here}/workers/services/:name`, (c) => {
    const script = deployments.script(c.req.param('name'), CODE.serviceNotFound);
    const environment = { environment: 'production', script: { ...summary(script), last_deployed_from: 'wrangler' } };
    return ok(c, { id: script.name, default_environment: environment });
  });
  app.get(`${here}/workers/workers/:name`, (c) => {
    const { name, workersDev } = deployments.script(c.req.param('name'));
    return ok(c, { id: name, name, subdomain: { enabled: workersDev, previews_enabled: false } });
  });
  app.post(`${here}/workers/assets/upload`, async (c) => {
    if (c.req.query('base64') !== 'true') throw invalid('Expected base64=true');
    const session = (c.req.header('Authorization') ?? '').replace(/^Bearer /, '');
    return ok(c, await sessions.receive(account, session, await c.req.raw.formData()));
  });

  const scripts = `${here}/workers/scripts/:name`;
  app.put(scripts, async (c) => {
    const name = c.req.param('name');
    if (!/^[a-z0-9_][a-z0-9-_]{0,62}$/.test(name)) throw invalid(`Invalid Worker name '${name}'`);
    const script = deployments.scriptOrNew(name);
    const uploaded = await readUpload(await c.req.raw.formData(), { account, script, sessions });
    await deployments.deploy(script, uploaded);
    return ok(c, {
      id: name,
      ...summary(script),
      startup_time_ms: 5,
      exports_reconciliation: uploaded.changes,
    });
  });
  app.post(`${scripts}/assets-upload-session`, async (c) =>
    ok(c, sessions.begin(account, c.req.param('name'), await c.req.json())),
  );
  app.get(`${scripts}/settings`, (c) => {
    const script = deployments.script(c.req.param('name'));
    return ok(c, {
      bindings: [
        ...(deployed(script)?.bindings ?? []),
        ...[...script.secrets.keys()].map((name) => ({ name, type: 'secret_text' })),
      ],
      compatibility_date: deployed(script)?.compatibilityDate,
    });
  });
  app.get(`${scripts}/deployments`, (c) => {
    const { versions } = deployments.script(c.req.param('name'));
    return ok(c, {
      // wrangler looks for the latest by their time.
      deployments: versions.toReversed().map(({ id }, index) => ({
        id,
        created_on: new Date(Date.now() - index * 1_000).toISOString(),
        source: 'wrangler',
        author_email: 'jane@example.com',
        strategy: 'percentage',
        versions: [{ version_id: id, percentage: 100 }],
      })),
    });
  });
  app.post(`${scripts}/deployments`, async (c) => {
    const script = deployments.script(c.req.param('name'));
    const { versions } = parsed(Deployment, await c.req.json());
    const [{ version_id: id }] = versions;
    await deployments.rollBack(script, id);
    return ok(c, { id: randomUUID() });
  });
  app.get(`${scripts}/versions/:version`, (c) => {
    const { versions } = deployments.script(c.req.param('name'));
    const number = versions.findIndex(({ id }) => id === c.req.param('version'));
    const version = versions[number];
    if (version === undefined) throw new Refusal(404, CODE.versionNotFound, 'This version does not exist');
    const atMs = { created_on: new Date().toISOString(), modified_on: new Date().toISOString() };
    return ok(c, {
      id: version.id,
      number: number + 1,
      metadata: { ...atMs, source: 'wrangler', author_id: account.id, author_email: 'jane@example.com' },
      annotations: { 'workers/triggered_by': 'upload' },
      resources: {
        bindings: version.bindings,
        script: { etag: version.id, handlers: ['fetch', 'scheduled'], last_deployed_from: 'wrangler' },
        script_runtime: { compatibility_date: version.compatibilityDate, usage_model: 'standard', limits: {} },
      },
    });
  });
  app.get(`${scripts}/secrets`, (c) => ok(c, secretsOf(deployments.script(c.req.param('name')))));
  app.put(`${scripts}/secrets`, async (c) => {
    const script = deployments.script(c.req.param('name'));
    const { name, text } = parsed(Secret, await c.req.json());
    await deployments.setSecrets(script, new Map([[name, text]]));
    return ok(c, { name, type: 'secret_text' });
  });
  app.patch(`${scripts}/secrets-bulk`, async (c) => {
    const script = deployments.script(c.req.param('name'));
    const body = parsed(v.strictObject({ secrets: v.record(v.string(), v.nullable(Secret)) }), await c.req.json());
    const changes = new Map(Object.entries(body.secrets).map(([name, one]) => [name, one?.text ?? null]));
    await deployments.setSecrets(script, changes);
    return ok(c, secretsOf(script));
  });
  app.post(`${scripts}/subdomain`, async (c) => {
    const script = deployments.script(c.req.param('name'));
    script.workersDev = workersDevIn(account, await c.req.json());
    return ok(c, { enabled: script.workersDev, previews_enabled: false });
  });
  app.put(`${scripts}/routes`, async (c) => {
    const script = deployments.script(c.req.param('name'));
    script.routes = routesIn(account, script, await c.req.json());
    return ok(c, script.routes);
  });
  app.post(`${scripts}/domains/changeset`, async (c) => {
    const script = deployments.script(c.req.param('name'));
    const hosts = domainsIn(account, await c.req.json());
    const added = hosts.filter((host) => !script.domains.includes(host)).map((hostname) => ({ hostname }));
    return ok(c, { added, removed: [], updated: [], conflicting: [] });
  });
  app.put(`${scripts}/domains/records`, async (c) => {
    const script = deployments.script(c.req.param('name'));
    const { origins } = parsed(v.object({ origins: v.unknown() }), await c.req.json());
    script.domains = domainsIn(account, origins);
    return ok(c, script.domains);
  });
  app.put(`${scripts}/schedules`, async (c) => {
    const script = deployments.script(c.req.param('name'));
    script.crons = cronsIn(await c.req.json());
    return ok(c, { schedules: script.crons.map((cron) => ({ cron })) });
  });
  return app;
}

function summary(script: Script) {
  const version = deployed(script);
  return {
    tag: script.tag,
    etag: version?.id,
    deployment_id: version?.id.replaceAll('-', ''),
    compatibility_date: version?.compatibilityDate,
    tags: [],
  };
}

const secretsOf = ({ secrets }: Script) => [...secrets.keys()].map((name) => ({ name, type: 'secret_text' }));

const ok = (c: Context, result: unknown) => c.json({ success: true, errors: [], messages: [], result });

/** One page of a list. Clients ask for pages until one is empty. */
function list(c: Context, all: readonly unknown[]) {
  const [page, size] = [Number(c.req.query('page') ?? 1), Number(c.req.query('per_page') ?? 100)];
  const result = all.slice((page - 1) * size, page * size);
  const pages = Math.ceil(all.length / size);
  return c.json({
    success: true,
    errors: [],
    messages: [],
    result,
    result_info: { page, per_page: size, count: result.length, total_count: all.length, total_pages: pages },
  });
}

function parsed<Schema extends v.GenericSchema>(schema: Schema, body: unknown): v.InferOutput<Schema> {
  const result = v.safeParse(schema, body);
  if (!result.success) throw new Refusal(400, CODE.invalidRequest, v.summarize(result.issues));
  return result.output;
}
