import { isFields } from '../../schema/fields.ts';
import type { FieldProblem } from '../../schema/problem.ts';
import type { Mapping } from '../../schema/settings/mapping.ts';
import { triggerProblem } from '../fql/trigger.ts';
import { directiveOf } from '../mapping-kit/directives.ts';
import { isTooCostlyFor } from '../mapping-kit/static-work.ts';
import { valueProblems } from '../mapping-kit/value-problems.ts';

/** The fields that are objects, and their members. */
const OBJECT_FIELDS: Readonly<Record<string, readonly string[]>> = {
  conversionValue: ['currencyCode', 'amount'],
  userInfo: ['firstName', 'lastName', 'companyName', 'title', 'countryCode'],
};

/**
 * Checks the parts of a mapping that a schema can't check: the trigger's grammar and the fields' directives.
 *
 * @param pointer The mapping's position in the request, such as "" or "/config/mappings/3".
 */
export function mappingProblems(
  { trigger, fields }: Pick<Mapping, 'trigger' | 'fields'>,
  pointer: string,
): FieldProblem[] {
  const unreadable = triggerProblem(trigger);
  return [
    ...(unreadable === undefined ? [] : [{ pointer: `${pointer}/trigger`, detail: unreadable }]),
    ...Object.entries(fields).flatMap(([name, value]) => fieldProblems(name, value, `${pointer}/fields/${name}`)),
  ];
}

function fieldProblems(name: string, value: unknown, pointer: string): FieldProblem[] {
  const known = OBJECT_FIELDS[name];
  const isMissed = known !== undefined && isFields(value) && directiveOf(value) === undefined;
  const unknown = isMissed
    ? Object.keys(value).filter((member) => !member.startsWith('@') && !known.includes(member))
    : [];
  const problems = valueProblems(value, pointer);
  return [
    ...unknown.map((member) => ({
      pointer: `${pointer}/${member}`,
      detail: `is not a known field: expected one of ${known?.join(', ') ?? ''}`,
    })),
    ...problems,
    ...(problems.length === 0 && isTooCostlyFor(value)
      ? [
          {
            pointer,
            detail: 'needs more work than an event may cause: expected fewer nested lists',
          },
        ]
      : []),
  ];
}
