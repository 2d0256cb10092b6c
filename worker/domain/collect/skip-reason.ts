import type { EventType } from '../../schema/events/event.ts';
import type { SkipReason } from '../../schema/events/outcome.ts';
import type { SourceConfig } from '../../schema/settings/source-config.ts';
import { isTypeAsked, mustBeNamed } from '../rules/ready-mappings.ts';
import type { Decision } from './decide-for.ts';

/**
 * The order of the reasons if several integrations skipped an event. The reason for which the event came closest to a
 * delivery is first.
 */
const NEAREST_FIRST: readonly SkipReason[] = [
  'no_identity',
  'too_old',
  'mapping_too_costly',
  'sender_excluded',
  'no_consent',
  'integration_disabled',
  'no_mapping',
];

/** Returns why an event makes no conversion. */
export function skipReason(
  integrations: SourceConfig['integrations'],
  { decisions, left, type }: { decisions: readonly Decision[]; left: readonly string[]; type: EventType },
): SkipReason {
  if (left.length > 0) return 'membership_ended';
  const isAsked = integrations.some(({ config }) => isTypeAsked(type, config.mappings ?? []));
  if (!isAsked && (mustBeNamed(type) || type === 'screen')) return 'unsupported_type';
  if (decisions.length === 0) return 'no_integration';
  return nearest(decisions);
}

/** Returns the first of the decisions' reasons in this order: the one closest to a delivery. */
export function nearest(decisions: readonly Decision[]): SkipReason {
  const given = new Set(decisions.flatMap((decision) => (decision.kind === 'skip' ? [decision.reason] : [])));
  return NEAREST_FIRST.find((reason) => given.has(reason)) ?? 'no_mapping';
}
