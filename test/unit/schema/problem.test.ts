import * as v from 'valibot';
import { describe, expect, it } from 'vitest';

import { fieldProblems } from '../../../worker/schema/field-problems.ts';
import { isProblemCode, problemBody, PROBLEMS } from '../../../worker/schema/problem.ts';

describe('a problem', () => {
  it('has the format of RFC 9457, and names the first field and all fields', () => {
    const fields = [
      { pointer: '/name', detail: 'expected a name' },
      { pointer: '/id', detail: 'is taken' },
    ];

    expect(problemBody('field_invalid', 'Cannot use /name', fields)).toEqual({
      type: 'urn:directflight:problem:field_invalid',
      title: 'A field is not valid',
      status: 400,
      detail: 'Cannot use /name',
      pointer: '/name',
      errors: fields,
    });
  });

  it('has no pointer when no field is to blame', () => {
    expect(Object.keys(problemBody('not_found', 'x'))).toEqual(['type', 'title', 'status', 'detail']);
  });

  it.each(Object.entries(PROBLEMS))('%s is an error and has a title', (code, { status, title }) => {
    expect(isProblemCode(code)).toBe(true);
    expect(status).toBeGreaterThanOrEqual(400);
    expect(title).toMatch(/^[A-Z]/);
  });

  it.each(['constructor', 'toString', '', 'nonsense'])("can't have %j as its code", (code) => {
    expect(isProblemCode(code)).toBe(false);
  });
});

describe('the field that a schema refuses', () => {
  const schema = v.strictObject({
    'a/b~c': v.pipe(v.string(), v.regex(/^x$/, 'expected "x"')),
    list: v.array(v.object({ n: v.number() })),
  });
  const problems = (value: unknown) => {
    const result = v.safeParse(schema, value);
    return result.success ? [] : fieldProblems(result.issues);
  };

  it.each([
    [{ 'a/b~c': 'x', list: [] }, []],
    [{ 'a/b~c': 'secret', list: [] }, [{ pointer: '/a~1b~0c', detail: 'expected "x"' }]],
    [{ list: [] }, [{ pointer: '/a~1b~0c', detail: 'is missing' }]],
    [{ 'a/b~c': 'x', list: [{ n: 1 }, { n: 'secret' }] }, [{ pointer: '/list/1/n', detail: 'expected a number' }]],
    [{ 'a/b~c': 'x', list: [], more: 'secret' }, [{ pointer: '/more', detail: 'is not a known field' }]],
  ])('is named by its pointer, and its value is not repeated: %j', (value, expected) => {
    expect(problems(value)).toEqual(expected);
  });
});
