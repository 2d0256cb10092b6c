import { describe, expect, it } from 'vitest';

import {
  changeInWords,
  fieldsInWords,
  nameThen,
  otherChanges,
  outcomeInWords,
  renameInWords,
} from '../../../client/console/access/change-in-words.ts';
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
    [['/allowed_origins'], 'addresses of the website'],
    [['/config/linkedin_version', '/brand_new'], 'LinkedIn API version, brand new'],
    [['/config/mappings/map_1/trigger'], 'mappings: map_1: conditions'],
    [['/config/access_token', '/config/refresh_token'], 'access token, refresh token'],
    [['/config/conversion_rule_id/Lead Generated'], 'conversion rule: Lead Generated'],
    [['/fields/a~1b_c'], 'fields: a/b_c'],
    [['/fields/eventId', '/config/conversion_rule_id/eventId'], 'fields: Event ID, conversion rule: eventId'],
    [['/name', '/config/name'], 'name'],
  ])('%j are %j', (pointers, words) => {
    expect(fieldsInWords(pointers)).toBe(words);
  });
});

describe('a change of a name', () => {
  const path = '/sources/src_1';
  const name = { field: '/name', from: 'Shop ', to: 'Store' };
  const limit = { field: '/max_events_per_minute', from: null, to: 60 };

  it('says which name became which, and leaves the other settings to the details', () => {
    const entry = { method: 'PATCH', path, changes: [name, limit] } as const;
    expect(renameInWords(entry)).toBe('renamed the site “Shop␣” to “Store”');
    expect(otherChanges(entry)).toEqual([limit]);
    expect(renameInWords({ ...entry, path: '/integrations/int_1' })).toBe(
      'renamed the LinkedIn connection “Shop␣” to “Store”',
    );
  });

  it('of something new or deleted is the name that it had then', () => {
    const made = { method: 'POST', path: '/sources', changes: [{ ...name, from: null }, limit] } as const;
    const deleted = { method: 'DELETE', path, changes: [{ ...name, to: null }] } as const;
    expect([nameThen(made), nameThen(deleted)]).toEqual(['Store', 'Shop␣']);
    expect([renameInWords(made), renameInWords(deleted)]).toEqual([undefined, undefined]);
    expect([otherChanges(made), otherChanges(deleted)]).toEqual([[limit], []]);
  });

  it.each([
    ['that is not recorded', { method: 'PATCH', path, changes: [{ field: '/name', is_hidden: true }] }],
    ['that is unknown', { method: 'PATCH', path, changes: null }],
  ] as const)('%s renames nothing', (_what, entry) => {
    expect(renameInWords(entry)).toBeUndefined();
    expect(otherChanges(entry)).toEqual(entry.changes ?? []);
  });
});

describe('a change without values', () => {
  it.each(CHANGES)('says what happened: $method $path', ({ method, path }) => {
    expect(outcomeInWords({ method, path, fields: [], changes: null })).toMatch(/^[A-Z][^/{}_]+\.$/);
  });

  it.each([
    [[], null, 'What was changed is not recorded.'],
    [['/id', '/name', '/write_key', '/labels'], null, 'Only the names of settings are recorded: name, labels.'],
    [['/name'], [], 'Saved, but nothing was different.'],
    [['/name'], [{ field: '/name', from: 'A', to: 'B' }], '—'],
  ])('of the fields %j with the changes %j reads: %s', (fields, changes, words) => {
    expect(outcomeInWords({ method: 'PATCH', path: '/sources/src_1', fields, changes })).toBe(words);
  });
});
