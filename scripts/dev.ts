/**
 * `npm run dev`: the whole product on this machine. The Worker with its demo shop and console, and the LinkedIn
 * sandbox, connected to each other. The stored data survives a restart, even after kill -9.
 *
 * Ctrl-C needs no code of ours: Miniflare ends workerd, and then this process, at each signal that can be caught. A
 * SIGTERM to npm does not reach it, but ends its parent.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { endWithParent } from '../test/sandbox/end-with-parent.ts';
import { startSandbox } from '../test/sandbox/start.ts';
import { buildClient } from './build.ts';
import { helpIfAsked } from './help.ts';
import { endLeftovers } from './leftovers.ts';
import { localSecrets, secretsOfEnvironment } from './local-secrets.ts';
import { startLocalWorker } from './local-worker.ts';
import { mustBeFree, portFrom } from './ports.ts';
import { seedDemo } from './seed-demo.ts';

/** The interval of wrangler.toml's cron trigger. */
const CRON_EVERY_MS = 5 * 60_000;

helpIfAsked(`Starts the product on this machine: the Worker with its demo shop and console, and a LinkedIn sandbox.

  npm run dev

Environment variables:
  PORT               the Worker's port (8787)
  SANDBOX_PORT       the sandbox's port (8788)
  PUBLIC_URL         the public address, if the Worker is behind a tunnel
  LINKEDIN_API_URL   with LINKEDIN_AUTH_URL: another LinkedIn instead of the sandbox
  ADMIN_TOKEN        the token for the management API (default: one is made and printed)
  ENCRYPTION_KEY     the key that stored tokens are encrypted with (default: one is made and kept)`);

endWithParent();
const port = portFrom('PORT', 8787);
const sandboxPort = portFrom('SANDBOX_PORT', 8788);
// A wrong one is reported before anything is started.
secretsOfEnvironment();
// One folder for each port, so that two simultaneous runs don't share a database.
const folder = join(import.meta.dirname, '..', '.directflight', String(port));

await mkdir(folder, { recursive: true });
await endLeftovers(port);

const { LINKEDIN_API_URL: apiUrl, LINKEDIN_AUTH_URL: authUrl, PUBLIC_URL: publicUrl } = process.env;
const isSandboxNeeded = apiUrl === undefined || authUrl === undefined;
await mustBeFree('PORT', port);
if (isSandboxNeeded) await mustBeFree('SANDBOX_PORT', sandboxPort);
const [sandbox, secrets] = await Promise.all([
  isSandboxNeeded ? startSandbox({ port: sandboxPort, journalPath: join(folder, 'sandbox.jsonl') }) : undefined,
  localSecrets(folder),
  buildClient({ demo: true }),
]);
const linkedIn = { api: apiUrl ?? sandbox?.url ?? '', auth: authUrl ?? sandbox?.url ?? '' };
const worker = await startLocalWorker({
  port,
  statePath: join(folder, 'state'),
  vars: {
    ...secrets,
    LINKEDIN_API_URL: linkedIn.api,
    LINKEDIN_AUTH_URL: linkedIn.auth,
    DEMO: 'true',
    // Only behind a tunnel: this machine's own address needs no setting.
    ...(publicUrl !== undefined && { PUBLIC_URL: publicUrl }),
  },
});

await seedDemo({ url: worker.url, adminToken: secrets.ADMIN_TOKEN });
// Runs it at once. Otherwise work that a kill interrupted would wait for its dead-man alarm.
await worker.runCron();
setInterval(() => void worker.runCron(), CRON_EVERY_MS);
console.log(welcome());

function welcome(): string {
  return `
  Directflight

  Demo shop         ${worker.url}/demo?li_fat_id=abc123-def456-ghi789
  Console           ${worker.url}/console
  Collector         ${worker.url}/v1/batch
  LinkedIn          ${linkedIn.api}${sandbox === undefined ? '' : '  (the sandbox: it shows what arrives)'}
  Admin token       ${secrets.ADMIN_TOKEN}

  Ctrl-C ends all of it. What was kept is in ${folder}.
  The log follows: a line for each request to LinkedIn. The first ones ask which versions of its API exist (426: not this one).
`;
}
