import type { Accepted } from '../../../worker/domain/delivery/delivery-failure.ts';
import { Cleanup } from '../../../worker/objects/outbox/cleanup.ts';
import type { Ports } from '../../../worker/objects/outbox/ports.ts';
import { Replays } from '../../../worker/objects/outbox/replays.ts';
import { BatchRun } from '../../../worker/objects/outbox/sending/batch-run.ts';
import { VersionTrials } from '../../../worker/objects/outbox/sending/version-trials.ts';
import type { Integration } from '../../../worker/schema/settings/integration.ts';
import { NOW } from './an-event.ts';
import { INTEGRATION, RULE } from './an-outbox.ts';
import type { OutboxTables } from './an-outbox.ts';

/** LinkedIn accepts the whole batch. */
export const ACCEPTED: Accepted = { kind: 'accepted', refused: new Map(), deferred: new Map(), unconfirmed: new Set() };

/** What a part of the outbox did to the platform around it. */
export type Said = { logged: string[]; alarms: (number | 'cleared')[]; remembered: string[] };

/** The ports of an outbox where everything works and time stands still. A test can replace some of them. */
export function outboxPorts(
  { database }: Pick<OutboxTables, 'database'>,
  over: Partial<Ports> = {},
): { ports: Ports; said: Said } {
  const said: Said = { logged: [], alarms: [], remembered: [] };
  const ports: Ports = {
    sourceId: undefined,
    database,
    databaseBytes: () => 0,
    written: async () => undefined,
    now: () => NOW,
    random: () => 0.5,
    sleep: async () => undefined,
    alarm: {
      get: async () => null,
      set: async (atMs) => void said.alarms.push(atMs),
      clear: async () => void said.alarms.push('cleared'),
    },
    payloads: { ...aReadableSeal, remember: (written) => said.remembered.push(...written.map(({ sealed }) => sealed)) },
    isSourceBack: async () => false,
    retention: async () => ({ eventsMs: 1_000, deadLettersMs: 1_000 }),
    integration: async () => anIntegrationToSendTo(),
    access: async () => ({ kind: 'token', token: 'token', tokenId: 'token-1', limiterKey: 'app' }),
    refused: async () => ({ kind: 'none', reason: 'token_refused', retryAfterMs: 1_000 }),
    limiter: () => ({
      take: async () => ({ isGranted: true, mustReport: false }),
      pause: async () => undefined,
      report: async () => undefined,
    }),
    sending: async () => ({ BatchRun, Cleanup, Replays, VersionTrials }),
    send: async () => ({ response: ACCEPTED, status: 201 }),
    log: (where) => void said.logged.push(where),
    logRequest: () => undefined,
    ...over,
  };
  return { ports, said };
}

const SEAL = 'sealed:';

/** Seals in a way that a test can read: `sealed:` before the text. */
export const aReadableSeal: Ports['payloads'] = {
  seal: async (texts) => texts.map(({ text }) => `${SEAL}${text}`),
  open: async (sealed) => sealed.map((text) => (text.startsWith(SEAL) ? text.slice(SEAL.length) : undefined)),
  unreadable: () => new Map(),
  unusable: () => new Set(),
  remember: () => undefined,
  placesOf: () => [],
  condemn: () => undefined,
  condemned: () => [],
  keysOfOlderVersions: () => [],
  throwAway: async () => undefined,
  throwAwayAtMs: () => undefined,
  names: () => [],
  inherit: () => undefined,
};

/** An integration of the outbox's source that may send. */
export function anIntegrationToSendTo({
  config = {},
  ...over
}: Partial<Omit<Integration, 'config'>> & { config?: Partial<Integration['config']> } = {}): Integration {
  return {
    id: INTEGRATION,
    source_id: 'src_1',
    vendor: 'linkedin',
    name: 'LinkedIn',
    enabled: true,
    consent_categories: ['advertising'],
    config: { account_id: '100', conversion_rule_id: { Lead: RULE }, ...config },
    secrets: {},
    created_at: new Date(NOW).toISOString(),
    updated_at: new Date(NOW).toISOString(),
    ...over,
  };
}
