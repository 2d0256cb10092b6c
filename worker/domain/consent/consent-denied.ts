import type { SourceConfig } from '../../schema/settings/source-config.ts';
import type { ConsentFacts } from './consent.ts';
import { consentTo } from './read-consent.ts';
import { isVetoed } from './sender-veto.ts';
import type { SenderWishes } from './sender-veto.ts';

/** An integration with the usual required category, for sources that have none yet. */
const NO_INTEGRATION_YET = { id: '', consent_categories: ['advertising'] };

/**
 * Checks whether the visitor explicitly refused every integration: a category that it requires, or the integration as a
 * destination. The browser's cookies are then cleared. A refusal that affects no integration changes nothing.
 */
export function isConsentDenied(
  { integrations }: Pick<SourceConfig, 'integrations'>,
  { categories }: Pick<ConsentFacts, 'categories'>,
  destinationPreferences: SenderWishes['destinationPreferences'] = [],
): boolean {
  const asking = integrations.filter(({ enabled }) => enabled);
  const wishes = { ofEvent: [], besideBatch: [], destinationPreferences };
  return (asking.length === 0 ? [NO_INTEGRATION_YET] : asking).every(
    (integration) =>
      integration.consent_categories.some((category) => consentTo(category, categories) === false) ||
      isVetoed(wishes, integration),
  );
}
