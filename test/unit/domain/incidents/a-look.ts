import type {
  IntegrationFacts,
  IntegrationHealth,
  RuleHealth,
  SourceFacts,
} from '../../../../worker/domain/incidents/source-facts.ts';
import { NOW } from '../../support/an-event.ts';

const MINUTE_MS = 60_000;

/** A rule queue in which nothing waits. */
export const aRule = (over: Partial<RuleHealth> = {}): RuleHealth => ({
  ruleId: '1001',
  waiting: 0,
  hold: null,
  failures: 0,
  dueAtMs: NOW,
  oldestHappenedAtMs: null,
  oldestEnqueuedAtMs: null,
  value: [],
  ...over,
});

/** A rule queue in which deliveries have waited for an hour. */
export const aWaitingRule = (over: Partial<RuleHealth> = {}): RuleHealth =>
  aRule({
    waiting: 12,
    dueAtMs: NOW + MINUTE_MS,
    oldestHappenedAtMs: NOW - 60 * MINUTE_MS,
    oldestEnqueuedAtMs: NOW - 60 * MINUTE_MS,
    value: [{ currency: 'EUR', amount: '900.00' }],
    ...over,
  });

export const aHealth = (over: Partial<IntegrationHealth> = {}): IntegrationHealth => ({
  integrationId: 'int_1',
  hold: null,
  unconfirmed: 0,
  accepted: 100,
  failed: 0,
  rules: [aRule()],
  ...over,
});

const anIntegration = (over: Partial<IntegrationFacts> = {}): IntegrationFacts => ({
  id: 'int_1',
  name: 'LinkedIn',
  isEnabled: true,
  appId: 'app-1',
  version: '202609',
  isVersionPinned: true,
  workingVersion: '202609',
  versionDaysLeft: 290,
  isVersionGone: false,
  nextVersion: undefined,
  triedVersion: undefined,
  refusedVersion: undefined,
  newestVersion: undefined,
  accessDaysLeft: 50,
  reconnectDaysLeft: 300,
  isRenewable: true,
  ...over,
});

/** A source in which all is well. */
export const theFacts = ({
  health = [aHealth()],
  integration = {},
  isForConversionsOnly = false,
  ...over
}: Partial<Omit<SourceFacts, 'health'>> & {
  health?: IntegrationHealth[];
  integration?: Partial<IntegrationFacts>;
  isForConversionsOnly?: boolean;
} = {}): SourceFacts => ({
  sourceId: 'src_1',
  nowMs: NOW,
  integrations: [anIntegration(integration)],
  health: { storage: { bytes: 6e9, isForConversionsOnly }, integrations: health },
  refused: [],
  ...over,
});
