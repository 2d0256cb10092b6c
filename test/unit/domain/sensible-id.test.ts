/** Q2: a placeholder ID that many visitors share identifies nobody. */
import { assert, constantFrom, property, string, uuid } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { parseEvents } from '../../../worker/domain/collect/read/parse-events.ts';
import { identityOf } from '../../../worker/domain/identity/identity.ts';
import { externalIdIn } from '../../../worker/domain/identity/partner-id.ts';
import { sensibleId } from '../../../worker/domain/identity/sensible-id.ts';
import { personOf } from '../../../worker/domain/identity/visitor.ts';
import { aTrack, NOW } from '../support/an-event.ts';

const SENSELESS = [
  '',
  ' ',
  '\t\n',
  '\u200B',
  '""',
  "''",
  '-',
  '--',
  '_',
  '...',
  '***',
  '???',
  '—',
  'null',
  'undefined',
  'NaN',
  'nan',
  'nil',
  'none',
  'None',
  'NONE',
  'n/a',
  'N/A',
  '#N/A',
  'na',
  '(none)',
  '(not set)',
  'not set',
  'not_set',
  'notset'.replace('s', '_s'),
  '[object Object]',
  '[OBJECT OBJECT]',
  'object Object',
  'unknown',
  'Unknown',
  'anonymous',
  'ANONYMOUS',
  'anon',
  'guest',
  'Guest',
  'nobody',
  'visitor',
  'user',
  'user_id',
  'userId',
  'anonymousId',
  'USER ID',
  'default',
  'true',
  'false',
  'Infinity',
  '{}',
  '[]',
  '-1',
  '"null"',
  "'undefined'",
  '0',
  '00',
  '000',
  '0.0',
  '-0',
  '+0',
  '0000-0000',
  '00000000-0000-0000-0000-000000000000',
  '00000000000000000000000000000000',
  '00000000-0000-4000-8000-000000000000',
  '{00000000-0000-0000-0000-000000000000}',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
  'FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF',
  'xxx',
  'XXXX-XXXX',
  'xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx',
  '1111111111111111',
  '{{user.id}}',
  '{{ user.id }}',
  '${user.id}',
  '${…}',
  '#{user.id}',
  '<%= user.id %>',
  '*|UID|*',
  '%%uid%%',
  '{uid}',
  '[uid]',
  '<user_id>',
  '%s',
  '%d',
  '%@',
  '%(id)s',
  '%USER_ID%',
  '$userId',
  '$user_id',
  '$1',
  ':userId',
  '__USER_ID__',
  '@@id@@',
  '{% user.id %}',
  '%7B%7Buser.id%7D%7D',
  'user-{{id}}',
  'shop_${id}',
  'user-%s',
  'https://x/{{id}}',
  'user_undefined',
  'undefined-undefined',
  'null:null',
  'cust-null',
  'user-NaN',
  'anon_null',
  'id=undefined',
  'u/null',
  'ｎｕｌｌ',
  'nu\u200Bll',
  '\uFEFFundefined',
  '\u202Eunknown',
];

const SENSIBLE = [
  '1',
  '7',
  '42',
  '1001',
  '10',
  '100',
  'cust-7',
  'crm-42',
  'a',
  'john',
  'jane.null',
  'Nullmann',
  'none-such-shop',
  'user-1',
  'guest-4711',
  'anonymous-7',
  'unknown-artist-9',
  'auth0|5f1',
  'john.doe@example.com',
  'dXNlcjox',
  'x1',
  'f47ac10b-58cc-4372-a567-0e02b2c3d479',
  '00000000-0000-0000-0000-000000000007',
  'order_100%',
  '100%',
  'A-0',
  '0a',
  'ナル',
  'user:7',
  'https://shop.example/u/7',
  '$hop-7',
  '<7',
  '507f1f77bcf86cd799439011',
  '-7',
  '3.0',
];

describe('an ID', () => {
  it.each(SENSELESS)("isn't accepted as %j", (id) => {
    expect(sensibleId(id)).toBeUndefined();
  });

  it.each([null, undefined, 0, -0, Number.NaN, Number.POSITIVE_INFINITY, true, false, {}, [], ['x']])(
    "isn't accepted as %j",
    (id) => {
      expect(sensibleId(id)).toBeUndefined();
    },
  );

  it.each(SENSIBLE)('is accepted as %j', (id) => {
    expect(sensibleId(id)).toBe(id);
  });

  it('is read without surrounding spaces, and a number is read as text', () => {
    expect(sensibleId(' cust-7\n')).toBe('cust-7');
    expect(sensibleId(7)).toBe('7');
  });

  it('is accepted as any random UUID', () => {
    assert(property(uuid({ version: 4 }), (id) => sensibleId(id) === id));
  });

  it('is judged the same in any case, and with any spaces and quotes around it', () => {
    const around = string({ unit: constantFrom(' ', '\t', '"', "'", '\u200B'), maxLength: 3 });
    assert(
      property(constantFrom(...SENSELESS), around, around, constantFrom('lower', 'upper'), (id, before, after, how) => {
        const cased = how === 'lower' ? id.toLowerCase() : id.toUpperCase();
        expect(sensibleId(`${before}${cased}${after}`)).toBeUndefined();
      }),
      { numRuns: 1_000 },
    );
  });

  it('of 256 characters is read fast, whatever it contains', () => {
    const hostile = ['%', '{', '$', '*|', '0', '_', 'null-', '%%', ' ', '\u200B'].map((part) =>
      part.repeat(256).slice(0, 256),
    );

    expect(hostile.map((id) => typeof sensibleId(`${id}!`))).toHaveLength(hostile.length);
  });
});

describe('a placeholder ID in an event', () => {
  it.each(SENSELESS)('%j identifies nobody, anywhere', async (id) => {
    const event = aTrack({ userId: id, anonymousId: id });

    expect(personOf(event)).toEqual({});
    expect(await identityOf(event)).toEqual({});
    expect(externalIdIn(id)).toBeUndefined();
  });

  it.each(SENSELESS.filter((id) => id !== ''))('%j is left out with a note, and never becomes a message ID', (id) => {
    const raw = { type: 'track', event: 'Lead', userId: id, anonymousId: id, messageId: id };
    const { parsed } = parseEvents([raw], { sentAt: undefined, nowMs: NOW, newId: () => 'new' });

    expect(parsed).toMatchObject([
      { messageId: 'new', lint: ['user_id_nothing', 'anonymous_id_nothing', 'message_id_nothing'] },
    ]);
    expect(parsed[0]?.event).toMatchObject({ userId: undefined, anonymousId: undefined });
  });
});
