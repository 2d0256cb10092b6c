import { createApp } from './app.ts';
import { liquidComesFrom } from './domain/mapping-kit/liquid.ts';
import type { Env } from './env.ts';
import { placed } from './objects/placement.ts';
import { withoutBasePath } from './routes/http/base-path.ts';

export { Alerts } from './objects/alerts/alerts.ts';
export { Credentials } from './objects/credentials/credentials.ts';
export { Imports } from './objects/imports/imports.ts';
export { Outbox } from './objects/outbox/outbox.ts';
export { PayloadKeyStore } from './objects/payload-key-store/payload-key-store.ts';
export { RateLimiter } from './objects/rate-limiter/rate-limiter.ts';
export { Refusals } from './objects/refusals/refusals.ts';
export { Registry } from './objects/registry/registry.ts';
export { Tally } from './objects/tally/tally.ts';

liquidComesFrom(async () => (await import('./domain/mapping-kit/liquid-engine.ts')).liquidEngine);

const app = createApp();

export default {
  fetch: (request, env, ctx) => app.fetch(withoutBasePath(request, env.BASE_PATH), placed(env), ctx),
  scheduled: async (_controller, env) => {
    const bindings = placed(env);
    // Otherwise, only a management request needs the second module.
    const [{ runCron }, { finishRestore }] = await Promise.all([
      import('./objects/later.ts'),
      import('./routes/admin/backup/finish-restore.ts'),
    ]);
    await Promise.all([runCron(bindings), finishRestore(bindings)]);
  },
} satisfies ExportedHandler<Env>;
