/**
 * `node test/cloudflare/main.ts`: the stand-in by itself, until Ctrl-C. It prints the variables that a terminal needs,
 * so that a person can try the README's deploy section without an account.
 */
import { endWithParent } from '../sandbox/end-with-parent.ts';
import { startCloudflare } from './start.ts';

endWithParent();
const cloudflare = await startCloudflare();
console.log(
  Object.entries(cloudflare.env)
    .map(([name, value]) => `export ${name}='${value}'`)
    .join('\n'),
);
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => void cloudflare.close().then(() => process.exit(0)));
