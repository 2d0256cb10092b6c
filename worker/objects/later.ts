/**
 * The code of objects that runs for people and in alarms, which a collector request never needs. It is a single module,
 * because several would split their shared code into many small modules, which compress worse (docs/decisions/0025).
 */
export { sendConversions } from '../linkedin/batch/send-conversions.ts';
export { acceptWatcher } from './accept-watcher.ts';
export { AlertsParts } from './alerts/alerts-parts.ts';
export { CopiedObject } from './copy/copied-object.ts';
export { runCron } from './cron.ts';
export { CredentialsEngine } from './credentials/credentials-engine.ts';
export { ImportsKeeper } from './imports/imports-keeper.ts';
export { IMPORTS_MIGRATIONS } from './imports/imports-schema.ts';
export { Cleanup } from './outbox/cleanup.ts';
export { HoldWatch } from './outbox/hold-watch.ts';
export { OutboxReader } from './outbox/outbox-reader.ts';
export { Replays } from './outbox/replays.ts';
export { BatchRun } from './outbox/sending/batch-run.ts';
export { VersionTrials } from './outbox/sending/version-trials.ts';
export { RegistryEngine } from './registry/registry-engine.ts';
export { TallyReader } from './tally/tally-reader.ts';
