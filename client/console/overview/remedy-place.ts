import { SNIPPET_STEP } from '../set-up/step-item.ts';
import type { JudgedRow } from './without-campaigns.ts';

/** Returns where a person fixes the cause of a site's verdict: the same place as for an incident with this cause. */
export function remedyPlace({
  source_id: sourceId,
  cause,
  sentence,
  connections,
  ofRule,
}: Pick<JudgedRow, 'source_id' | 'cause' | 'sentence' | 'connections' | 'ofRule'>): string | undefined {
  if (cause === null) return undefined;
  const source = `#/sources/${sourceId}`;
  if (cause === 'deliveries_failed') return `${source}/deliveries?state=dead`;
  if (cause === 'traffic_refused' || cause === 'nothing_delivered' || cause === 'no_events') return `${source}/live`;
  if (cause === 'all_skipped') return `${source}/live?state=skipped`;
  if (cause === 'nothing_mapped' || cause === 'event_name_missed') return `${source}/mappings`;
  if (cause === 'not_connected') return source;
  if (cause === 'no_event_yet') return `${source}${SNIPPET_STEP}`;
  if (cause.startsWith('rule_')) {
    const rule = ofRule?.ruleId ?? /\bRule (\d+):/.exec(sentence)?.[1];
    const [only, ...others] = connections;
    const integration = ofRule?.integrationId ?? (others.length === 0 ? only?.id : undefined);
    const query = new URLSearchParams({
      ...(integration !== undefined && { integration }),
      ...(rule !== undefined && { rule }),
    }).toString();
    return `${source}/rules${query === '' ? '' : `?${query}`}`;
  }
  if (cause === 'refused_unknown') return `${source}/deliveries?state=held`;
  if (/^(encryption_key_|payload_key_)/.test(cause)) return `${source}/doctor`;
  if (cause === 'token_refused' || cause === 'credentials_missing') return `${source}/linkedin?connect=token`;
  return `${source}/linkedin`;
}
