import { assert, property } from 'fast-check';
import { expect, it } from 'vitest';

import { namedLike } from '../../../../worker/domain/search/named-like.ts';
import { anId, respelled, WIDER } from '../../support/other-spellings.ts';

it('a name is found by any part of it in every spelling', () => {
  assert(
    property(anId, anId, anId, respelled(WIDER), respelled(WIDER), (before, part, after, stored, typed) => {
      expect(namedLike(typed(part))(stored(`${before} ${part} ${after}`))).toBe(true);
    }),
  );
});

it.each([
  ['Größe', ['GRÖSSE', 'gro\u0308ße', 'grosse']],
  ['Café lead', ['cafe\u0301 l', 'CAFE', 'café\u00a0lead']],
  ['Sign\u00a0Up X', ['sign up', 'ｓｉｇｎ ｕｐ', 'signup', 'sign_up']],
  ['a -- b', ['--']],
])('%j is found by each of %j', (name, typed) => {
  expect(typed.filter((text) => !namedLike(text)(name))).toEqual([]);
});

it.each([
  ['--', 'Order Completed'],
  ['%%', 'Order Completed'],
  ['ord.r', 'Order Completed'],
])('%j finds nothing in %j', (typed, name) => {
  expect(namedLike(typed)(name)).toBe(false);
});
