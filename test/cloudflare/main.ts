/**
 * `npm run --silent cloudflare`: the stand-in by itself, until Ctrl-C. It prints the variables that a terminal needs, so
 * that a person can try the README's deploy section without an account.
 */
import { endWithParent } from '../sandbox/end-with-parent.ts';
import { startCloudflare } from './start.ts';

endWithParent();
const cloudflare = await startCloudflare();
// The person's npm needs the registry: behind the stand-in's proxy, `npm ci` would try again for minutes.
const env = { ...cloudflare.env, NO_PROXY: `${cloudflare.env['NO_PROXY']},registry.npmjs.org` };
console.log(
  Object.entries(env)
    .map(([name, value]) => `export ${name}='${value}'`)
    .join('\n'),
);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => void cloudflare.close().then(() => process.exit(0)));
