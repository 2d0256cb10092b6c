import { describe, expect, it } from 'vitest';

import { changeInWords, fieldsInWords } from '../../../client/console/access/change-in-words.ts';
import { neededRole } from '../../../worker/schema/openapi/needed-role.ts';
import { OPERATIONS } from '../../../worker/schema/openapi/operations.ts';
import type { AuditEntry } from '../../../worker/schema/reports/audit.ts';

const METHODS: readonly AuditEntry['method'][] = ['POST', 'PUT', 'PATCH', 'DELETE'];

/** Every operation that the audit log has, with the path that it would have there. */
const CHANGES = OPERATIONS.flatMap((operation) => {
  const method = METHODS.find((known) => known === operation.method.toUpperCase());
  if (method === undefined || !operation.path.startsWith('/v1/admin/') || neededRole(operation) === 'viewer') return [];
  return [{ method, path: operation.path.slice('/v1/admin'.length).replaceAll(/\{\w+\}/g, 'id_1') }];
});

describe('a change in the audit log', () => {
  it('is there for each operation that changes something', () => {
    expect(CHANGES.length).toBeGreaterThan(25);
  });

  it.each(CHANGES)('has words: $method $path', ({ method, path }) => {
    expect(changeInWords({ method, path })).toMatch(/^[a-z][^/{}]+$/);
  });

  it.each(CHANGES.filter(({ method }) => method === 'POST'))(
    'has the same words with the ID of what was made: $path',
    ({ method, path }) => {
      expect(changeInWords({ method, path: `${path}/made_1` })).toBe(changeInWords({ method, path }));
    },
  );

  it('that this console does not know has none', () => {
    expect(changeInWords({ method: 'PUT', path: '/moon' })).toBeUndefined();
    expect(changeInWords({ method: 'POST', path: '' })).toBeUndefined();
  });
});

describe('the fields of a change', () => {
  it.each([
    [[], ''],
    [['/allowed_origins'], 'allowed origins'],
    [['/config/access_token', '/config/refresh_token'], 'access token, refresh token'],
    [['/config/conversion_rule_id/Lead Generated'], 'conversion rule id: Lead Generated'],
    [['/fields/a~1b'], 'fields: a/b'],
    [['/name', '/config/name'], 'name'],
  ])('%j are %j', (pointers, words) => {
    expect(fieldsInWords(pointers)).toBe(words);
  });
});
