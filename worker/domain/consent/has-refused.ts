import type { SourceConfig } from '../../schema/settings/source-config.ts';
import type { ConsentFacts } from './consent.ts';
import { answerTo } from './read-consent.ts';
import { isVetoed } from './sender-veto.ts';
import type { SenderWishes } from './sender-veto.ts';

/** What an integration would usually ask for, where there is none yet. */
const NOBODY_YET = { id: '', consent_categories: ['advertising'] };

/**
 * This is true when the visitor said no, in words, to every integration: to something that it asks for, or to it as a
 * destination. Then the browser forgets them. A no to something that nobody here asks for changes nothing.
 */
export function hasRefused(
  { integrations }: Pick<SourceConfig, 'integrations'>,
  { categories }: Pick<ConsentFacts, 'categories'>,
  destinationPreferences: SenderWishes['destinationPreferences'] = [],
): boolean {
  const asking = integrations.filter(({ enabled }) => enabled);
  const wishes = { ofEvent: [], besideBatch: [], destinationPreferences };
  return (asking.length === 0 ? [NOBODY_YET] : asking).every(
    (integration) =>
      integration.consent_categories.some((category) => answerTo(category, categories) === false) ||
      isVetoed(wishes, integration),
  );
}
