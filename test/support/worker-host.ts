/**
 * The process around one Worker under test, started by `worker-process.ts`. A test can read its whole output, and kill
 * it without harm to other processes.
 */
import * as v from 'valibot';

import { startLocalWorker } from '../../scripts/local-worker.ts';
import { preparedWorker } from './prepared-worker.ts';

const Options = v.object({
  port: v.number(),
  statePath: v.string(),
  vars: v.record(v.string(), v.string()),
  clockAheadMs: v.number(),
});

const prepared = await preparedWorker();
const worker = await startLocalWorker({
  ...v.parse(Options, JSON.parse(process.argv[2] ?? '')),
  ...(prepared !== undefined && { prepared }),
});
process.send?.({ url: worker.url });

process.on('message', (message) => void obey(message));
// The test's process has ended, so no caller is left.
process.on('disconnect', () => void stop());

async function obey(message: unknown): Promise<void> {
  if (message === 'cron') {
    await worker.runCron();
    process.send?.('cron is done');
  }
  if (message === 'stop') await stop();
}

async function stop(): Promise<void> {
  await worker.stop();
  process.exit(0);
}
