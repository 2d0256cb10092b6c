/**
 * The parts of the product that the simulation runs, of one version. `test/fixtures/make-version.ts` bundles this file
 * with the code of a former version; so each name here exists there too.
 */
export { forTally } from '../../../worker/domain/collect/tallied-event.ts';
export { EventWork } from '../../../worker/domain/fql/work-budget.ts';
export { askTriggers } from '../../../worker/domain/rules/ask-triggers.ts';
export { TokenStore } from '../../../worker/objects/credentials/token-store.ts';
export { PayloadKeys } from '../../../worker/objects/outbox/keys/payload-keys.ts';
export { OutboxEngine } from '../../../worker/objects/outbox/outbox-engine.ts';
export { OUTBOX_MIGRATIONS } from '../../../worker/objects/outbox/outbox-schema.ts';
export { BatchRun } from '../../../worker/objects/outbox/sending/batch-run.ts';
export { RateLimitState } from '../../../worker/objects/rate-limiter/rate-limit-state.ts';
export { ConfigPublisher } from '../../../worker/objects/registry/config-publisher.ts';
export { REGISTRY_MIGRATIONS } from '../../../worker/objects/registry/registry-schema.ts';
export { TallyEngine } from '../../../worker/objects/tally/tally-engine.ts';
export { TALLY_MIGRATIONS } from '../../../worker/objects/tally/tally-schema.ts';
export { forgetConfigs, readConfig } from '../../../worker/store/config-cache.ts';
