import {
  namesAsked,
  nearMisses,
  spellingDifference,
  spellingKey,
  type NearMiss,
} from '../../../worker/domain/fql/near-misses.ts';
import { shorthandTrigger } from '../../../worker/domain/fql/shorthand.ts';
import { all } from '../app/api.ts';
import { shapes } from '../app/response-shapes.ts';
import { integrationsOf } from '../connection/integrations-of.ts';
import { evaluateTrigger } from './evaluate-trigger.ts';

/** What the mappings of one connection ask for now: the triggers of those that are enabled, and of entries by name. */
export type AskedTriggers = { integrationId: string; triggers: readonly string[] };

/** Reads what the mappings of a site ask for now. */
export async function askedTriggers(sourceId: string, signal: AbortSignal): Promise<AskedTriggers[]> {
  const integrations = await integrationsOf(sourceId, { signal });
  return Promise.all(
    integrations.map(async ({ id, config }) => {
      const mappings = await all(shapes.mapping, `/integrations/${id}/mappings`, signal);
      return {
        integrationId: id,
        triggers: [
          ...Object.keys(config.conversion_rule_id ?? {}).map(shorthandTrigger),
          ...mappings.filter(({ enabled }) => enabled).map(({ trigger }) => trigger),
        ],
      };
    }),
  );
}

/** Checks whether a mapping asks for this name, perhaps with further conditions, or accepts it by another condition. */
export function isAskedFor(name: string, { triggers }: Pick<AskedTriggers, 'triggers'>): boolean {
  const event = { type: 'track', event: name, properties: {} };
  return triggers.some((trigger) => namesAsked(trigger).includes(name) || evaluateTrigger(trigger, event).holds);
}

/**
 * Returns the name that a mapping asks for and that differs from this one only in its spelling. Undefined if there is
 * none, or if the same connection asks for this name too.
 */
export function missedName(
  name: string,
  connections: readonly AskedTriggers[],
): Pick<NearMiss, 'asked' | 'differs'> | undefined {
  for (const connection of connections) {
    if (isAskedFor(name, connection)) continue;
    const [miss] = connection.triggers.flatMap((trigger) => nearMisses(trigger, [{ name, count: 1 }]));
    if (miss !== undefined) return miss;
  }
  return undefined;
}

/**
 * Returns the name beside which a connection accepts this one by now, and from which it differs only in its spelling. It
 * tells why an event was skipped before that. Undefined if the connection has no such name, or accepts this one only
 * under further conditions.
 */
export function mappedBeside(
  name: string,
  connections: readonly AskedTriggers[],
): Pick<NearMiss, 'asked' | 'differs'> | undefined {
  const event = { type: 'track', event: name, properties: {} };
  for (const { triggers } of connections) {
    if (!triggers.some((trigger) => evaluateTrigger(trigger, event).holds)) continue;
    const asked = triggers.flatMap(namesAsked).find((one) => one !== name && spellingKey(one) === spellingKey(name));
    if (asked !== undefined) return { asked, differs: spellingDifference(asked, name) };
  }
  return undefined;
}
