import { expect, it } from 'vitest';

import { isInternal } from '../../../worker/domain/collect/internal-traffic.ts';

it.each([
  ['203.0.113.9', ['203.0.113.9'], true],
  ['203.0.113.9', ['203.0.113.10'], false],
  ['203.0.113.9', ['203.0.113.0/24'], true],
  ['203.0.114.9', ['203.0.113.0/24'], false],
  ['203.0.113.9', [], false],
  ['::ffff:203.0.113.9', ['203.0.113.0/24'], true],
  ['2001:db8::1', ['2001:db8::/32'], true],
  ['2001:0db8:0000::0001', ['2001:db8::1'], true],
  ['2001:db9::1', ['2001:db8::/32'], false],
  ['2001:db8::1', ['203.0.113.0/24'], false],
  ['not an address', ['0.0.0.0/0'], false],
  [undefined, ['0.0.0.0/0', '::/0'], false],
])('compares the address %s with the list %j: %s', (ip, ips, expected) => {
  expect(isInternal({ ip, cookies: {} }, { ips, cookie: null })).toBe(expected);
});

it.each([
  [{ is_internal: '1' }, 'is_internal', true],
  [{ is_internal: '' }, 'is_internal', true],
  [{ other: '1' }, 'is_internal', false],
  [{}, 'constructor', false],
  [{ is_internal: '1' }, null, false],
])('checks the cookies %j for the cookie %s: %s', (cookies, cookie, expected) => {
  expect(isInternal({ ip: undefined, cookies }, { ips: [], cookie })).toBe(expected);
});
