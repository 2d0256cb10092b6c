import { Chance } from './chance.ts';

/**
 * The faults of a run. Each seed switches some of them off, so that rare ones, and those hidden behind others, get
 * their turn.
 */
const FAULTS = [
  'crash',
  'lost_answer',
  'lost_request',
  'alarm_lost',
  'alarm_twice',
  'clock_jump',
  'linkedin_down',
  'linkedin_throttles',
  'linkedin_ambiguous',
  'linkedin_odd',
  'element_status',
  'poison_named',
  'poison_unnamed',
  'rule_refused',
  'token_expired',
  'token_young_refused',
  'token_server_down',
  'access_refused',
  'version_retired',
  'id_type_refused',
  'batch_too_large',
  'switched_off',
  'deleted',
  'replay',
  'duplicates',
  'old_events',
  'unreachable_object',
  'tight_limits',
  'kv_stale',
  'kv_down',
  'remapped',
  'deploy',
  'key_rotated',
  'older_rows',
  'erased',
  'refusals',
  'element_stuck',
  'edited_while_sending',
  'secrets_edited',
  'source_deleted',
  'kv_deletes_down',
] as const;

/** Behaviour of Cloudflare that a single machine doesn't have, and a deploy over the former version. */
const PLATFORM_FAULTS = [
  'kv_cached',
  'kv_quota',
  'kv_slow',
  'evicted',
  'cold_collectors',
  'new_source',
  'two_versions',
] as const;

export type Fault = (typeof FAULTS)[number] | (typeof PLATFORM_FAULTS)[number];

export function chooseFaults(chance: Chance, seed: number): ReadonlySet<Fault> {
  const share = chance.of([0.3, 0.6, 1]);
  const usual = FAULTS.filter(() => chance.is(share));
  // These are chosen separately, so that the other faults of a seed stay the same.
  const own = new Chance(seed ^ 0xcf);
  const ownShare = own.of([0, 0.4, 0.8]);
  return new Set([...usual, ...PLATFORM_FAULTS.filter(() => own.is(ownShare))]);
}
