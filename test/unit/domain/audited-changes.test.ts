import { assert, constantFrom, dictionary, jsonValue, property, string, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { auditedChanges } from '../../../worker/domain/access/audited-changes.ts';
import { SourcePatch } from '../../../worker/schema/settings/source-schema.ts';

const SOURCE = {
  name: 'Shop',
  allowed_origins: ['https://a.example', 'https://b.example'],
  internal_ips: ['203.0.113.7'],
  require_origin: false,
  max_events_per_minute: null,
};
const INTEGRATION = {
  name: 'Ads',
  enabled: true,
  config: {
    quota_per_day: 100,
    conversion_rule_id: { Lead: '1001', 'a/b': '1002' },
    access_token: { set: true, last4: 'abcd' },
    mappings: [
      { id: 'map_1', name: 'Leads', trigger: 'event = "Lead"', fields: { email: { '@path': '$.traits.mail' } } },
    ],
  },
};
const MAPPING = { id: 'map_1', name: 'Leads', trigger: 'event = "Lead"', fields: { email: { '@path': '$.a' } } };

describe('a change of settings in the audit log', () => {
  it.each([
    ['a text', SOURCE, { name: 'Store' }, [{ field: '/name', from: 'Shop', to: 'Store' }]],
    ['a switch', SOURCE, { require_origin: true }, [{ field: '/require_origin', from: false, to: true }]],
    ['a number', SOURCE, { max_events_per_minute: 5 }, [{ field: '/max_events_per_minute', from: null, to: 5 }]],
    [
      'a list',
      SOURCE,
      { allowed_origins: ['https://b.example', 'https://c.example'] },
      [{ field: '/allowed_origins', removed: ['https://a.example'], added: ['https://c.example'] }],
    ],
    ['addresses of people', SOURCE, { internal_ips: ['203.0.113.8'] }, [{ field: '/internal_ips', is_hidden: true }]],
    ['nothing', SOURCE, { name: 'Shop', internal_ips: ['203.0.113.7'] }, []],
    [
      'the rule of an event name',
      INTEGRATION,
      { config: { ...INTEGRATION.config, conversion_rule_id: { Lead: ['1001', '1003'] } } },
      [
        { field: '/config/conversion_rule_id/Lead', removed: [], added: ['1003'] },
        { field: '/config/conversion_rule_id/a~1b', from: '1002', to: null },
      ],
    ],
    [
      'a mapping in a list of mappings',
      INTEGRATION,
      { config: { ...INTEGRATION.config, mappings: [{ id: 'map_1', name: 'Leads', trigger: 'event = "Lost"' }] } },
      [
        { field: '/config/mappings/map_1/trigger', from: 'event = "Lead"', to: 'event = "Lost"' },
        { field: '/config/mappings/map_1/fields/email', from: '{"@path":"$.traits.mail"}', to: null },
      ],
    ],
    [
      'fields of a mapping',
      MAPPING,
      { fields: { email: { '@path': '$.b' }, eventId: 'x' } },
      [
        { field: '/fields/email', from: '{"@path":"$.a"}', to: '{"@path":"$.b"}' },
        { field: '/fields/eventId', from: null, to: 'x' },
      ],
    ],
    [
      'a text with an address',
      MAPPING,
      { trigger: 'properties.owner = "jane.doe@example.com"' },
      [{ field: '/trigger', from: 'event = "Lead"', to: 'properties.owner = "<e-mail>"' }],
    ],
  ])('says from what to what: %s', (_, before, change, expected) => {
    expect(auditedChanges({ before, after: { ...before, ...change } }, pointersOf(change))).toEqual(expected);
  });

  it('says that a secret was set, not what it is', () => {
    const changes = auditedChanges({ before: INTEGRATION, after: INTEGRATION }, ['/config/access_token']);

    expect(changes).toEqual([{ field: '/config/access_token', is_hidden: true }]);
  });

  it('of a new object has what was sent, and of a deleted one its name', () => {
    expect(auditedChanges({ before: {}, after: SOURCE }, ['/name'])).toEqual([
      { field: '/name', from: null, to: 'Shop' },
    ]);
    expect(auditedChanges({ before: { name: 'Shop' }, after: {} }, [])).toEqual([
      { field: '/name', from: 'Shop', to: null },
    ]);
  });

  it('is cut when it is long', () => {
    const many = Array.from({ length: 100 }, (_, at) => `https://${at}.example`);
    const long = { trigger: 'x'.repeat(5_000), allowed_origins: many };

    const [list, text] = auditedChanges({ before: { trigger: '', allowed_origins: [] }, after: long }, []);

    expect(list).toMatchObject({ added: many.slice(0, 20) });
    expect(text).toMatchObject({ to: `${'x'.repeat(300)}…` });
  });

  it('has no value of a field that is not listed, whatever it is', () => {
    const secret = 'SECRET-8f31';
    const names = constantFrom(
      'access_token',
      'refresh_token',
      'oauth_client_secret',
      'url',
      'to',
      'from',
      'internal_ips',
    );
    assert(
      property(dictionary(names, jsonValue()), tuple(names, string()), (given, [name, more]) => {
        const after = { ...given, [name]: `${secret}${more}`, config: { ...given, [name]: secret } };
        const sent = [...pointersOf(after), `/config/${name}`];

        expect(JSON.stringify(auditedChanges({ before: {}, after }, sent))).not.toContain(secret);
        expect(JSON.stringify(auditedChanges({ before: after, after: {} }, sent))).not.toContain(secret);
      }),
      { numRuns: 50 },
    );
  });

  it.each(Object.keys(SourcePatch.entries).filter((name) => name !== 'internal_ips'))(
    'shows the values of the setting %s',
    (name) => {
      const change = auditedChanges({ before: { id: 1, [name]: 1 }, after: { id: 1, [name]: 2 } }, [`/${name}`]);

      expect(change).toEqual([{ field: `/${name}`, from: 1, to: 2 }]);
    },
  );
});

function pointersOf(value: object): string[] {
  return Object.keys(value).map((name) => `/${name}`);
}
