import { namesAsked } from '../../../worker/domain/fql/near-misses.ts';
import { all } from '../app/api.ts';
import { shapes } from '../app/response-shapes.ts';
import { integrationsOf } from '../connection/integrations-of.ts';
import type { Place } from '../ui/view.ts';

/** Returns the names of events that a source's mappings ask for, each once. */
export async function askedNames(sourceId: string, { signal }: Pick<Place, 'signal'>): Promise<string[]> {
  const integrations = await integrationsOf(sourceId, { signal });
  const names = await Promise.all(
    integrations.map(async ({ id, config }) => [
      ...Object.keys(config.conversion_rule_id ?? {}),
      ...(await all(shapes.mapping, `/integrations/${id}/mappings`, signal)).flatMap(({ trigger }) =>
        namesAsked(trigger),
      ),
    ]),
  );
  return [...new Set(names.flat())];
}
