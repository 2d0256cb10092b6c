import type { Context } from 'hono';
import { Hono } from 'hono';

import { entityTag } from '../../domain/access/entity-tag.ts';
import { liquidFor } from '../../domain/mapping-kit/liquid.ts';
import { mappingProblems } from '../../domain/rules/mapping-problems.ts';
import { mappingWarnings } from '../../domain/rules/mapping-warnings.ts';
import { isOncePerMembership } from '../../domain/rules/rules-fired.ts';
import type { Env } from '../../env.ts';
import type { IntegrationPrecondition } from '../../objects/registry/registry-results.ts';
import { MappingsQuery } from '../../schema/queries.ts';
import type { Integration } from '../../schema/settings/integration.ts';
import { MAX_MAPPINGS, MappingInput, MappingPatch } from '../../schema/settings/mapping.ts';
import type { Mapping, MappingView } from '../../schema/settings/mapping.ts';
import { forgetConfigs } from '../../store/config-cache.ts';
import { changedMeanwhile, ifMatch } from '../http/if-match.ts';
import { newId } from '../http/new-id.ts';
import { Problem } from '../http/problem.ts';
import { integrationOf } from './connection/integration-of.ts';
import type { AdminEnv } from './env.ts';
import { pageOfAll, readInput } from './input.ts';
import { readQuery } from './query.ts';

/** `/v1/admin/integrations/{id}/mappings`: which events become conversions, for which rule, and how. */
export function adminMappings(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();

  routes.get('/:id/mappings', async (c) => {
    const integration = integrationOf(c);
    // In their order, which decides when two mappings fire the same rule.
    const { data, next_cursor } = pageOfAll(mappingsOf(integration), readQuery(c, MappingsQuery), ({ id }) => id);
    return c.json({ data: data.map(view), next_cursor }, 200, { ETag: entityTag(integration) });
  });

  routes.post('/:id/mappings', async (c) => {
    const integration = integrationOf(c);
    const mapping = stored(await readInput(c, MappingInput));
    await liquidFor(mapping.fields);
    refuseProblems(mapping);
    const added = await registry(c.env).addMapping(integration.id, mapping, {
      atMost: MAX_MAPPINGS,
      // Adding a mapping overwrites nothing, so the version does not matter.
      ...meantFor(c, integration),
      ifMatch: undefined,
    });
    if (added === 'too_many') throw tooMany();
    if (added === 'not_found' || added === 'stale') throw gone();
    if (added === 'conflict')
      throw new Problem('already_exists', 'Cannot create the mapping: another mapping of the integration has this ID', {
        fields: [{ pointer: '/id', detail: 'is taken' }],
      });
    forgetConfigs();
    c.set('changed', { before: {}, after: mapping });
    return c.json(view(mapping), 201);
  });

  routes.patch('/:id/mappings/:mapping', async (c) => {
    const integration = integrationOf(c);
    const { id } = mappingOf(integration, c.req.param('mapping'));
    const change = await readInput(c, MappingPatch);
    // The registry decides the result, because what is read here may be older than another person's change.
    const changed = await registry(c.env).changeMapping(integration.id, id, change, meantFor(c, integration));
    if (changed.kind === 'stale') throw changedMeanwhile('integration');
    if (changed.kind === 'not_found') throw gone();
    if (changed.kind === 'refused') throw refusal(changed.problems);
    forgetConfigs();
    if (changed.before !== undefined) c.set('changed', { before: changed.before, after: changed.value });
    return c.json(view(changed.value), 200, { ETag: entityTag(changed) });
  });

  routes.delete('/:id/mappings/:mapping', async (c) => {
    const integration = integrationOf(c);
    const { id, name } = mappingOf(integration, c.req.param('mapping'));
    const removed = await registry(c.env).removeMapping(integration.id, id, meantFor(c, integration));
    if (removed === 'stale') throw changedMeanwhile('integration');
    if (removed === 'not_found') throw gone();
    forgetConfigs();
    c.set('changed', { before: { name }, after: {} });
    return c.body(null, 204);
  });

  return routes;
}

/**
 * Turns the input for `config.mappings` into stored mappings, each with an ID.
 *
 * @throws Problem field_invalid for a trigger or a directive that could never work, named below `/config/mappings`.
 */
export async function storedMappings(inputs: readonly MappingInput[]): Promise<Mapping[]> {
  const mappings = inputs.map(stored);
  await liquidFor(mappings);
  const problems = mappings.flatMap((mapping, index) => [
    ...mappingProblems(mapping, `/config/mappings/${index}`),
    ...(mappings.findIndex(({ id }) => id === mapping.id) < index
      ? [{ pointer: `/config/mappings/${index}/id`, detail: 'is the ID of another mapping' }]
      : []),
  ]);
  refuse(problems);
  return mappings;
}

function stored(input: MappingInput): Mapping {
  return { ...input, id: input.id ?? newId('map') };
}

function mappingsOf({ config }: Integration): readonly Mapping[] {
  return config.mappings ?? [];
}

function mappingOf(integration: Integration, id: string): Mapping {
  const mapping = mappingsOf(integration).find((known) => known.id === id);
  if (mapping === undefined) throw gone();
  return mapping;
}

function view(mapping: Mapping): MappingView {
  return {
    ...mapping,
    once_per_membership: isOncePerMembership(mapping),
    warnings: mappingWarnings(mapping),
  };
}

function refuseProblems(mapping: Mapping): void {
  refuse(mappingProblems(mapping, ''));
}

function refuse(fields: ReturnType<typeof mappingProblems>): void {
  if (fields.length > 0) throw refusal(fields);
}

function refusal(fields: ReturnType<typeof mappingProblems>): Problem {
  const [first] = fields;
  return new Problem('field_invalid', `Cannot use ${first?.pointer ?? 'the body'}: ${first?.detail ?? ''}`, { fields });
}

function tooMany(): Problem {
  return new Problem(
    'field_invalid',
    `Cannot create the mapping: an integration has at most ${MAX_MAPPINGS}. Delete one, join two with "or" in a trigger, or create a second integration.`,
    { fields: [{ pointer: '', detail: `expected at most ${MAX_MAPPINGS} mappings` }] },
  );
}

function registry(env: Env): ReturnType<Env['REGISTRY']['getByName']> {
  return env.REGISTRY.getByName('registry');
}

/** A mapping has no tag of its own: `If-Match` is the tag of the integration that contains it. */
function meantFor(c: Context, { incarnation }: Integration): IntegrationPrecondition {
  return { ...ifMatch(c), incarnation };
}

/** The problem when another person deleted the mapping a moment ago. */
function gone(): Problem {
  return new Problem('not_found', 'The integration has no mapping with this ID');
}
