import { describe, expect, it } from 'vitest';

import { rulesFiredBy } from '../../../worker/domain/rules/rules-fired.ts';
import { aPage, aTrack, anIdentify } from '../support/an-event.ts';

const RULES = {
  'Order Completed': 'urn:lla:llaPartnerConversion:987654',
  'Lead Generated': ['987655', 'urn:lla:llaPartnerConversion:987656', '0987655'],
  page: '987657',
};

describe('the rules that an event fires', () => {
  it.each([
    ['its name', aTrack({ event: 'Order Completed' }), ['987654']],
    ['several names, each rule once', aTrack({ event: 'Lead Generated' }), ['987655', '987656']],
    ['the key "page"', aPage(), ['987657']],
    ['nothing: a track event named like the key for page events', aTrack({ event: 'page' }), []],
    ['nothing: different case', aTrack({ event: 'order completed' }), []],
    ['nothing: white space', aTrack({ event: 'Order Completed ' }), []],
    ['nothing: not mapped', aTrack({ event: 'Signed Up' }), []],
    ['nothing: an identify', anIdentify({}), []],
  ])('are found by %s', (_, event, expected) => {
    expect(rulesFiredBy(event, RULES)).toEqual(expected);
  });

  it.each(['constructor', '__proto__', 'toString', 'hasOwnProperty'])(
    'are none for an event named like a property of every object: %s',
    (event) => {
      expect(rulesFiredBy(aTrack({ event }), {})).toEqual([]);
    },
  );
});
