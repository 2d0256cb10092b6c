import { describe, expect, it } from 'vitest';

import { acceptingToo, nearMisses } from '../../../worker/domain/fql/near-misses.ts';

const seen = (...names: (string | null)[]) => names.map((name, at) => ({ name, count: at + 1 }));

describe('a near miss of a trigger', () => {
  it.each([
    ['event = "Lead Generated"', 'lead generated', 'case', 'event = "lead generated"'],
    ['event = "Lead Generated"', 'Lead Generated ', 'spaces', 'event = "Lead Generated "'],
    ['event = "Lead Generated"', 'LeadGenerated', 'spaces', 'event = "LeadGenerated"'],
    ['event = "Lead Generated"', 'lead_generated', 'spelling', 'event = "lead_generated"'],
    ['event = "Anfrage Käse"', 'anfrage ka\u0308se', 'spelling', 'event = "anfrage ka\u0308se"'],
    ['type = "track" and event = "A"', 'a', 'case', 'type = "track" and event = "a"'],
    ['event = "B" or event = "A"', 'a', 'case', 'event = "B" or event = "a"'],
    ['event in ["B", "A", 3]', 'a', 'case', 'event in ["B", "a", 3]'],
  ])('%s: %j, by its %s', (trigger, name, differs, fixed) => {
    expect(nearMisses(trigger, seen(name))).toMatchObject([{ name, count: 1, differs, isAlso: false, trigger: fixed }]);
  });

  it('is matched beside the own name, if the site sends both', () => {
    expect(nearMisses('type = "track" and event = "A"', seen('A', 'a'))).toEqual([
      {
        name: 'a',
        asked: 'A',
        count: 2,
        differs: 'case',
        isAlso: true,
        trigger: 'type = "track" and event in ["A", "a"]',
      },
    ]);
  });

  it('can be accepted beside the own name, which the site need not send', () => {
    expect(acceptingToo('event = "A" and properties.n > 1', 'a ')).toBe('event in ["A", "a "] and properties.n > 1');
    expect(acceptingToo('event = "A"', 'A')).toBeUndefined();
    expect(acceptingToo('event = "A"', 'B')).toBeUndefined();
  });

  it('is gone once it is used', () => {
    const all = seen('A', 'a', 'a ');
    const [first] = nearMisses('event = "A"', all);
    const [second, ...others] = nearMisses(first?.trigger ?? '', all);

    expect([first?.name, second?.name, others]).toEqual(['a', 'a ', []]);
    expect(nearMisses(second?.trigger ?? '', all)).toEqual([]);
  });

  it.each([
    ['an exact name', 'event = "A"', ['A']],
    ['another name', 'event = "A"', ['B', null]],
    ['signs that differ', 'event = "???"', ['!!!']],
    ['a name that is excluded', 'event != "A" and !contains(event, "A")', ['a']],
    ['a field of that name', 'properties.event = "A"', ['a']],
    ['a pattern', 'match(event, "A*")', ['a']],
    ['text that is no trigger', 'event = ', ['a']],
  ])('is not: %s', (_, trigger, names) => {
    expect(nearMisses(trigger, seen(...names))).toEqual([]);
  });
});
