import { endWithParent } from './end-with-parent.ts';
import { startSandbox } from './start.ts';

const HELP = `Starts the LinkedIn sandbox without the product, until Ctrl-C (docs/reference/sandbox.md).

  npm run sandbox

Environment variables:
  SANDBOX_PORT   its port (8788)`;

if (process.argv.slice(2).some((argument) => argument === '--help' || argument === '-h')) {
  console.log(HELP);
  process.exit(0);
}

endWithParent();
const port = Number(process.env['SANDBOX_PORT'] ?? 8788);

try {
  const sandbox = await startSandbox({ port });
  console.log(`LinkedIn sandbox on ${sandbox.url}`);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      void sandbox.close().then(() => process.exit(0));
    });
  }
} catch (error) {
  // The port is taken or invalid. A person reads this, and a stack trace wouldn't help them.
  const words = error instanceof Error ? error.message : String(error);
  console.error(`Starting the sandbox on port ${port}: ${words}. SANDBOX_PORT names another one`);
  process.exitCode = 1;
}
