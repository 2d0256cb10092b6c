import * as v from 'valibot';

import { NO_ORIGIN, OTHER_NAMES } from '../../schema/events/refusal.ts';
import type { RefusalRow, RefusedField, RefusedOrigin } from '../../schema/events/refusal.ts';
import { SourcePatch } from '../../schema/settings/source-schema.ts';
import type { Source } from '../../schema/settings/source.ts';
import { isAllowedOrigin } from '../collect/allowed-origin.ts';
import { shownNames } from '../privacy/frequent-names.ts';
import type { NamedCount } from '../privacy/frequent-names.ts';
import type { RefusalCount } from './refusal-count.ts';

type OriginRules = Pick<Source, 'allowed_origins' | 'require_origin'>;

/** Builds the row for the refusals of an hour, and says whether each origin would still be refused. */
export function refusalRow(
  { hour, reason, requests, events, names: kept, lastAtMs }: RefusalCount & { hour: string; lastAtMs: number },
  rules: OriginRules,
): RefusalRow {
  const names = shownNames(kept);
  const listed = names.filter(({ name }) => name !== OTHER_NAMES && name !== NO_ORIGIN).map(({ name }) => name);
  return {
    hour,
    reason,
    requests,
    events,
    last_at: new Date(lastAtMs).toISOString(),
    ...(reason === 'origin_not_allowed' && {
      origins: listed,
      by_origin: names.map((named) => refusedOrigin(named, rules)),
    }),
    ...(reason === 'event_invalid' && {
      fields: listed,
      by_field: names.map(refusedField),
    }),
  };
}

function refusedField({ name, requests, events }: NamedCount): RefusedField {
  return { field: name, requests, events };
}

function refusedOrigin({ name, requests, events }: NamedCount, rules: OriginRules): RefusedOrigin {
  return { origin: name, requests, events, now: statusOf(name, rules) };
}

/** Says whether a source's settings allow an origin, or could. */
export function statusOf(
  name: string,
  { allowed_origins: allowed, require_origin }: OriginRules,
): RefusedOrigin['now'] {
  if (name === NO_ORIGIN) return require_origin ? 'cannot_be_allowed' : 'allowed';
  if (isAllowedOrigin(name, allowed)) return 'allowed';
  return v.is(SourcePatch, { allowed_origins: [name] }) ? 'can_be_allowed' : 'cannot_be_allowed';
}
