import {
  array,
  assert,
  constant,
  constantFrom,
  integer,
  oneof,
  option,
  property,
  record,
  string,
  webUrl,
} from 'fast-check';
import { describe, expect, it } from 'vitest';

import { MAX_NAMES, MAX_SHOWN, shownNames } from '../../../worker/domain/privacy/frequent-names.ts';
import { fieldName, mergedCounts, originName, refusalsOf } from '../../../worker/domain/refusals/refusal-count.ts';
import type { RefusalCount } from '../../../worker/domain/refusals/refusal-count.ts';
import { OTHER_NAMES, REFUSAL_REASONS } from '../../../worker/schema/events/refusal.ts';
import { PROBLEMS } from '../../../worker/schema/problem.ts';

const WRONG = 'http://localhost:45872';

const fromOrigin = (origin: string | null, events = 1): RefusalCount[] =>
  refusalsOf({ code: 'origin_not_allowed', origin, events, rejected: [] });

const added = (counts: readonly RefusalCount[][]): RefusalCount[] =>
  counts.reduce<RefusalCount[]>((known, more) => mergedCounts(more, known), []);

describe('the name of a refused origin', () => {
  it.each([
    ['http://localhost:45872', 'http://localhost:45872'],
    ['HTTPS://WWW.Example.com', 'https://www.example.com'],
    ['http://[::1]:3000', 'http://[::1]:3000'],
    ['https://xn--bcher-kva.example', 'https://xn--bcher-kva.example'],
    ['capacitor://localhost', 'capacitor://localhost'],
    ['chrome-extension://abcdefghijklmnop', 'chrome-extension://abcdefghijklmnop'],
    ['null', 'null'],
    [null, '(none)'],
    ['', OTHER_NAMES],
    ['https://jane.doe@example.com', OTHER_NAMES],
    ['https://jane.doe%40example.com', OTHER_NAMES],
    ['jane.doe@example.com', OTHER_NAMES],
    ['https://www.example.com/?email=jane', OTHER_NAMES],
    ['https://www.example.com/', OTHER_NAMES],
    ['https://*.example.com', OTHER_NAMES],
    ['<script>alert(1)</script>', OTHER_NAMES],
    ['https://a b', OTHER_NAMES],
    [`https://${'x'.repeat(300)}.example`, OTHER_NAMES],
    ['__proto__', OTHER_NAMES],
  ])('of %j is %j', (header, name) => {
    expect(originName(header)).toBe(name);
  });
});

describe('the name of a refused field', () => {
  it.each([
    ['/timestamp', '/timestamp'],
    ['/context/consent/categoryPreferences', '/context/consent/categoryPreferences'],
    ['/context/consent/categoryPreferences/jane.doe@example.com', '/context/consent/categoryPreferences'],
    ['/properties/jane.doe@example.com', '/properties/*'],
    ['/jane.doe@example.com/0/x', '/*/*/*'],
    ['/__proto__', '/*'],
    ['', ''],
    [undefined, ''],
  ])('of %j is %j', (pointer, name) => {
    expect(fieldName(pointer)).toBe(name);
  });
});

describe('counts of refused traffic', () => {
  it('name twenty origins, and count the others as one', () => {
    const [count] = added(Array.from({ length: 50 }, (_, index) => fromOrigin(`https://shop-${index}.example`, 2)));

    expect(count).toMatchObject({ requests: 50, events: 100 });
    const shown = shownNames(count?.names ?? []);
    expect(shown).toHaveLength(MAX_SHOWN + 1);
    expect(shown.at(-1)).toEqual({ name: OTHER_NAMES, requests: 30, events: 60 });
  });

  it.each([['before'], ['during'], ['after']])(
    "show a real page's origin, however many invented ones there are, when it comes %s them",
    (when) => {
      const madeUp = Array.from({ length: 2_000 }, (_, index) => fromOrigin(`https://x${index}.example`));
      const real = Array.from({ length: 12 }, () => fromOrigin(WRONG));
      const [before, after] = { before: [0, 0], during: [1_000, 1_000], after: [2_000, 2_000] }[when] ?? [0, 0];

      const [count] = added([...madeUp.slice(0, before), ...real, ...madeUp.slice(after)]);

      const shown = shownNames(count?.names ?? []);
      expect(shown).toContainEqual(expect.objectContaining({ name: WRONG, requests: 12, events: 12 }));
    },
  );

  it('name every reason of the collector, and call anything else "other"', () => {
    const reasons = Object.keys(PROBLEMS).map((code) =>
      refusalsOf({ code, origin: null, events: 1, rejected: [] }).map(({ reason }) => reason),
    );

    expect(REFUSAL_REASONS).toEqual(expect.arrayContaining([...new Set(reasons.flat())]));
    expect(refusalsOf({ code: 'not_found', origin: null, events: 1, rejected: [] })).toMatchObject([
      { reason: 'other' },
    ]);
  });

  it('take no more space than their limit, and lose nothing, whatever is sent', () => {
    const anything = oneof(
      string({ unit: 'binary', maxLength: 400 }),
      webUrl(),
      constant(WRONG),
      constant('__proto__'),
    );
    const aRequest = record({
      code: option(oneof(constantFrom(...Object.keys(PROBLEMS)), string()), { nil: undefined }),
      origin: option(anything),
      events: option(integer({ min: 0, max: 5_000 }), { nil: undefined }),
      rejected: array(
        record({
          code: constantFrom('event_invalid', 'event_too_large', 'another'),
          pointer: anything.map((text) => `/${text}`),
        }),
        { maxLength: 40 },
      ),
    });

    assert(
      property(array(aRequest, { maxLength: 60 }), (requests) => {
        const each = requests.map(refusalsOf);
        const sum = added(each);

        const total = (counts: readonly RefusalCount[]) => counts.reduce((events, one) => events + one.events, 0);
        expect(total(sum)).toBe(total(each.flat()));
        expect(new Set(sum.map(({ reason }) => reason)).size).toBe(sum.length);
        for (const { names, events } of sum) {
          expect(names.length).toBeLessThanOrEqual(MAX_NAMES + 1);
          expect(JSON.stringify(names).length).toBeLessThanOrEqual((MAX_NAMES + 1) * 300);
          // An address has an @, and no stored name has one.
          expect(JSON.stringify(names)).not.toMatch(/[@<>\s\\]/);
          expect(names.reduce((count, one) => count + one.events, 0)).toBeLessThanOrEqual(events);
        }
      }),
      { numRuns: 100 },
    );
  });
});
