/** Returns where a person fixes the cause of a site's verdict. */
export function remedyPlace(sourceId: string, cause: string | null): string | undefined {
  if (cause === null) return undefined;
  const source = `#/sources/${sourceId}`;
  if (cause === 'deliveries_failed') return `${source}/deliveries?state=dead`;
  if (cause === 'traffic_refused' || cause === 'nothing_delivered') return `${source}/live`;
  if (cause === 'all_skipped') return `${source}/live?state=skipped`;
  if (cause === 'nothing_mapped' || cause === 'event_name_missed') return `${source}/mappings`;
  if (cause === 'not_connected' || cause === 'no_events') return source;
  if (cause.startsWith('rule_')) return `${source}/rules`;
  if (/^(refused_unknown|encryption_key_|payload_key_)/.test(cause)) return `${source}/doctor`;
  if (cause === 'token_refused' || cause === 'credentials_missing') return `${source}/linkedin?connect=token`;
  return `${source}/linkedin`;
}
