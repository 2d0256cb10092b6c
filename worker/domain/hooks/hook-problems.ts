import type { FieldProblem } from '../../schema/problem.ts';
import type { Hook } from '../../schema/settings/hook.ts';
import { valueProblems } from '../mapping-kit/value-problems.ts';
import { namesEvents } from './hook-rows.ts';

/**
 * Checks a hook before it is saved, and returns the parts that could never work. `liquidFor` must be called with its
 * fields first.
 */
export function hookProblems(hook: Pick<Hook, 'kind' | 'event' | 'stages' | 'fields'>): FieldProblem[] {
  const fields = Object.entries(hook.fields).flatMap(([name, value]) => valueProblems(value, `/fields/${name}`));
  return [...fields, ...eventProblems(hook), ...sharedValues(hook.stages)];
}

function eventProblems({
  kind,
  event,
  stages,
  fields,
}: Pick<Hook, 'kind' | 'event' | 'stages' | 'fields'>): FieldProblem[] {
  const named = 'event' in fields ? fields['event'] !== null && fields['event'] !== '' : namesEvents(kind);
  if (named || event !== null || stages !== null) return [];
  const detail = `expected an event: without event, stages or fields.event, no request from ${kind} becomes an event`;
  return [{ pointer: '/event', detail }];
}

/** Each value may stand for only one stage, so that a change has only one meaning. */
function sharedValues(rules: Hook['stages']): FieldProblem[] {
  const owners = new Map<string, { event: string; place: number }>();
  return (rules?.stages ?? []).flatMap(({ event, values }, place) =>
    values.flatMap((value, index) => {
      const key = value.toLowerCase();
      const owner = owners.get(key);
      if (owner === undefined) owners.set(key, { event, place });
      if (owner === undefined || owner.place === place) return [];
      const detail = `expected a value that no other stage has: "${owner.event}" has it too, and case doesn’t matter`;
      return [{ pointer: `/stages/stages/${place}/values/${index}`, detail }];
    }),
  );
}
