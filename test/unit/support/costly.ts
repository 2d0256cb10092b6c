import { eventWork } from '../../../worker/domain/collect/event-work.ts';
import { ingest } from '../../../worker/domain/collect/ingest.ts';
import type { Receipt } from '../../../worker/domain/collect/ingest.ts';
import type { EventWork, RequestWork } from '../../../worker/domain/fql/work-budget.ts';
import { WORK_LIMITS } from '../../../worker/domain/fql/work-budget.ts';
import type { Event } from '../../../worker/schema/events/event.ts';
import type { Mapping } from '../../../worker/schema/settings/mapping.ts';
import { anIntegration, aSourceConfig } from './a-source-config.ts';
import { JOHNS_HASH, NOW } from './an-event.ts';

/** Three phases have their own share: triggers with the values they saw, the end of memberships, and fields. */
export const MOST_STEPS = WORK_LIMITS.eventSteps + 3 * WORK_LIMITS.guaranteedSteps + WORK_LIMITS.mappingSteps;
export const MOST_CHARS = WORK_LIMITS.eventChars + WORK_LIMITS.guaranteedChars;

export const aMapping = (over: Partial<Mapping> = {}): Mapping => ({
  id: 'map_1',
  name: 'A mapping',
  enabled: true,
  trigger: 'type = "track"',
  conversion_rule_id: '1001',
  fields: {},
  default_value: null,
  ...over,
});

export const facts = {
  messageId: 'evt-1',
  happenedAtMs: NOW,
  receivedAtMs: NOW,
  identity: { emailSha256: JOHNS_HASH },
  cookies: { click: undefined, liFatId: undefined },
  ip: undefined,
  consent: { categories: { advertising: true }, policy: 'granted' as const, country: undefined },
};

export async function received(
  event: Event,
  mappings: Mapping[],
  request?: RequestWork,
): Promise<{ receipt: Receipt; work: EventWork }> {
  const config = aSourceConfig(anIntegration({ config: { conversion_rule_id: {}, mappings } }));
  const work = eventWork(config, request);
  return { receipt: await ingest(event, facts, config, { work }), work };
}

export const LONG = 'a'.repeat(31_000);
export const HALF = 'a'.repeat(15_000);
export const at = (path: string) => ({ '@path': `$.properties.${path}` });
export const zeros = (count: number) => ({ '@literal': Array.from({ length: count }, () => 0) });

export function lists(count: number): unknown[] {
  return Array.from({ length: count }, () => ({ l: Array.from({ length: count }, () => 0) }));
}
