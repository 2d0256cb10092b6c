import type { SourceConfig } from '../schema/source-config.ts';
import type { ConsentFacts } from './consent.ts';
import { answerTo } from './read-consent.ts';

/**
 * This is true when the visitor said no, in words, to something that every integration asks for: then the browser forgets
 * them. A no to something that nobody here asks for changes nothing.
 */
export function hasRefused(
  { integrations }: Pick<SourceConfig, 'integrations'>,
  { categories }: ConsentFacts,
): boolean {
  const asked = integrations.filter(({ enabled }) => enabled).map((integration) => integration.consent_categories);
  return (asked.length === 0 ? [['advertising']] : asked).every((wanted) =>
    wanted.some((category) => answerTo(category, categories) === false),
  );
}
