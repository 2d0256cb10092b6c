import type { CollectedIntegration, SourceConfig } from '../../../worker/schema/settings/source-config.ts';

type Config = CollectedIntegration['config'];

/** An integration as the collector knows it: rule 1001 for "Order Completed", requires advertising consent. */
export const anIntegration = ({
  config = {},
  ...over
}: Partial<Omit<CollectedIntegration, 'config'>> & { config?: Partial<Config> } = {}): CollectedIntegration => ({
  id: 'int_1',
  enabled: true,
  consent_categories: ['advertising'],
  config: { account_id: '100', conversion_rule_id: { 'Order Completed': '1001' }, ...config },
  ...over,
});

export const aSourceConfig = (...integrations: CollectedIntegration[]): SourceConfig => ({
  source: { id: 'src_1', allowed_origins: [], require_origin: false, unknown_consent: 'granted' },
  integrations,
});
