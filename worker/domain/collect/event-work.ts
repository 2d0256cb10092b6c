import type { SourceConfig } from '../../schema/settings/source-config.ts';
import { EventWork } from '../fql/work-budget.ts';
import type { RequestWork } from '../fql/work-budget.ts';

/** Creates the work limits for one event, optionally as one of several events of a request. */
export function eventWork({ integrations }: SourceConfig, request?: RequestWork): EventWork {
  const mappings = integrations.reduce((sum, { config }) => sum + (config.mappings?.length ?? 0), 0);
  return new EventWork({ mappings, ...(request && { request }) });
}
