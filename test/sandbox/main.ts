import { startSandbox } from './start.ts';

/** `npm run sandbox`: the sandbox on its own, until Ctrl-C. */
const port = Number(process.env['SANDBOX_PORT'] ?? 8788);
const sandbox = await startSandbox({ port });
console.log(`LinkedIn sandbox on ${sandbox.url}`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    void sandbox.close().then(() => process.exit(0));
  });
}
