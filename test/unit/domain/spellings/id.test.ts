import { assert, constantFrom, property, stringMatching } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { mappedEventId } from '../../../../worker/domain/collect/event-id.ts';
import { parseEvents } from '../../../../worker/domain/collect/read/parse-events.ts';
import { externalIdIn, idIn, leadUrnIn } from '../../../../worker/domain/identity/partner-id.ts';
import { personOf } from '../../../../worker/domain/identity/visitor.ts';
import type { Fields } from '../../../../worker/schema/fields.ts';
import { aTrack, NOW } from '../../support/an-event.ts';

const parse = (over: Fields, isFromPage = true) =>
  parseEvents([{ type: 'track', event: 'Lead', ...over }], {
    sentAt: undefined,
    nowMs: NOW,
    newId: () => 'new',
    isFromPage,
  });

// S4, S18. Each is the same ID, wherever an ID is read.
const IDS: readonly [given: unknown, id: string][] = [
  ['order-7', 'order-7'],
  [1001, '1001'],
  ['1001', '1001'],
  [7.5, '7.5'],
  [-7, '-7'],
  [1e3, '1000'],
  [Number.MAX_SAFE_INTEGER, '9007199254740991'],
  ['12345678901234567890', '12345678901234567890'],
  [['order-7'], 'order-7'],
  [[['order-7']], 'order-7'],
  [[1001], '1001'],
  ['007', '007'],
  ['A-1/2026', 'A-1/2026'],
  ['#1001', '#1001'],
  ['Nº 12', 'Nº 12'],
  ['gid://shop/Order/450789469', 'gid://shop/Order/450789469'],
  ['auth0|5f7c8ec7c33c6c004bbafe82', 'auth0|5f7c8ec7c33c6c004bbafe82'],
  ['507f1f77bcf86cd799439011', '507f1f77bcf86cd799439011'],
  ['01ARZ3NDEKTSV4RRFFQ69G5FAV', '01ARZ3NDEKTSV4RRFFQ69G5FAV'],
  ['F47AC10B-58CC-4372-A567-0E02B2C3D479', 'F47AC10B-58CC-4372-A567-0E02B2C3D479'],
  ['dXNlcjo0Mg==', 'dXNlcjo0Mg=='],
  ['注文-7', '注文-7'],
];

/** The same with spaces and invisible characters around it. Only a message ID is taken exactly as it was sent. */
const AROUND: readonly [given: unknown, id: string][] = [
  [' order-7', 'order-7'],
  ['order-7 ', 'order-7'],
  ['order-7\n', 'order-7'],
  ['\torder-7\r\n', 'order-7'],
  ['\u00A0order-7\u00A0', 'order-7'],
  ['\u3000order-7', 'order-7'],
  ['\uFEFForder-7', 'order-7'],
  ['\u200Border-7\u200B', 'order-7'],
  ['\u200Eorder-7\u200F', 'order-7'],
  ['\u2068order-7\u2069', 'order-7'],
  ['\u202Aorder-7\u202C', 'order-7'],
  ['order-7\uFE0F', 'order-7'],
  [[' \u200Border-7 '], 'order-7'],
];

/** Values that are no ID, though programs send them in its place. */
const NO_IDS: readonly (readonly [given: unknown])[] = [
  [false],
  [true],
  [{}],
  [{ id: 7 }],
  [['a', 'b']],
  [[{}]],
  [[false]],
];

/** Texts that can't be stored as a message ID: too long, over 360 bytes, or without the same form in a database. */
const UNUSABLE: readonly (readonly [given: unknown])[] = [
  ['x'.repeat(257)],
  ['注'.repeat(130)],
  ['a\u0000b'],
  ['a\uD800'],
];

describe('an ID', () => {
  it('is tested in at least 30 spellings', () => {
    expect(IDS.length + AROUND.length).toBeGreaterThanOrEqual(30);
  });

  it.each([...IDS, ...AROUND])("is read from %j as a person's", (given, id) => {
    const { parsed } = parse({ userId: given, anonymousId: given });

    expect(parsed.map(({ event, lint }) => [event.userId, event.anonymousId, lint])).toEqual([[id, id, []]]);
    expect(personOf(aTrack({ userId: id }))).toEqual({ userId: id });
    expect(externalIdIn(given)).toBe(id);
    expect(idIn(given, 'acxiom_id')).toBe(id);
  });

  it.each([...IDS, ...AROUND])("is read from %j as an event's, from a mapping", async (given, id) => {
    expect(await mappedEventId(given, 'own')).toBe(id);
  });

  it.each(IDS)("is read from %j as an event's", (given, id) => {
    for (const isFromPage of [true, false])
      expect(parse({ messageId: given }, isFromPage).parsed).toMatchObject([{ messageId: id }]);
  });

  it('is read from anything between invisible characters', () => {
    const around = stringMatching(/^[ \t\n\u00A0\u200B\u200E\u2068\u2069\uFEFF]{0,5}$/);

    assert(
      property(around, around, constantFrom('order-7', '1001', 'a b', 'é'), (before, after, id) => {
        expect(externalIdIn(`${before}${id}${after}`)).toBe(id);
      }),
    );
  });

  it('of any length is read fast', async () => {
    // A search through 100,000 spaces or quotes took minutes. The test's time limit is the assertion.
    for (const part of [' ', '\u200B', '"', ' x', '" ', '_', '-', 'null-', '{', '%']) {
      const long = `x${part.repeat(100_000)}x`;
      expect(externalIdIn(long)).toBeUndefined();
      expect(await mappedEventId(long, 'own')).not.toBe(long);
    }
  });
});

describe("a value that isn't an ID", () => {
  it.each(NO_IDS)("costs no event in the place of a person's ID: %j", (given) => {
    const { parsed, rejected } = parse({ userId: given, anonymousId: given }, false);

    expect(rejected).toEqual([]);
    expect(parsed).toMatchObject([{ lint: ['user_id_nothing', 'anonymous_id_nothing'] }]);
    expect(personOf(aTrack({}))).toEqual({});
    expect(parsed.map(({ event }) => personOf(event))).toEqual([{}]);
  });

  it.each([...NO_IDS, ...UNUSABLE])("costs no page's event in the place of its ID: %j", (given) => {
    expect(parse({ messageId: given }).parsed).toMatchObject([{ messageId: 'new', lint: ['message_id_nothing'] }]);
  });

  it.each(NO_IDS)('is refused, with the field, as the ID of an event from a server: %j', (given) => {
    expect(parse({ messageId: given }, false).rejected).toMatchObject([
      { code: 'event_invalid', pointer: '/messageId' },
    ]);
  });
});

describe('a number whose last digits JavaScript loses', () => {
  const two: readonly number[] = [12_345_678_901_234_567_000, 2 ** 53, 2 ** 64, 1e21, Number.NaN];

  it.each(two)('never makes two people, orders or leads into one: %d', async (given) => {
    expect(parse({ userId: given }).parsed).toMatchObject([{ lint: ['user_id_nothing'] }]);
    expect(parse({ messageId: given }).parsed).toEqual([]);
    expect(await mappedEventId(given, 'own')).toBe('own');
    expect(externalIdIn(given)).toBeUndefined();
    expect(leadUrnIn(given)).toBeUndefined();
  });
});
