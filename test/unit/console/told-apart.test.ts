import { describe, expect, it } from 'vitest';

import { namesakeOf, toldApart } from '../../../client/console/app/told-apart.ts';
import { connectionNames } from '../../../client/console/connection/integrations-of.ts';
import type { SourceView } from '../../../worker/schema/settings/source.ts';

const aSource = (id: string, name: string, ...allowed_origins: string[]): SourceView => ({
  id,
  name,
  allowed_origins,
  labels: [],
  require_origin: false,
  unknown_consent: 'by_region',
  bot_filter: 'crawlers',
  internal_ips: [],
  internal_cookie: null,
  max_events_per_minute: null,
  retention_days: 91,
  dead_letter_days: 30,
  write_key: 'wk_1',
  write_keys: [],
  server_keys: [],
  created_at: '',
  updated_at: '',
});
const namesOf = (...sources: SourceView[]) => toldApart(sources).map(({ name }) => name);

describe('the names of sources in a list', () => {
  it.each([
    ['differ already, and stay', [aSource('a', 'Shop 10'), aSource('b', 'Shop 9')], ['Shop 9', 'Shop 10']],
    [
      'are the same, and get the host',
      [aSource('a', 'Shop', 'https://shop.se'), aSource('b', 'Shop', 'https://*.shop.no')],
      ['Shop (*.shop.no)', 'Shop (shop.se)'],
    ],
    [
      'are the same, like the hosts, and get the ID',
      [aSource('a', 'Shop', 'https://shop.se'), aSource('b', 'Shop', 'https://shop.se'), aSource('c', 'Shop')],
      ['Shop (a)', 'Shop (b)', 'Shop (c)'],
    ],
    [
      'look the same',
      [aSource('a', 'Shop'), aSource('b', 'shop '), aSource('c', 'Shop two')],
      ['shop  (b)', 'Shop (a)', 'Shop two'],
    ],
  ])('%s', (_, sources, names) => {
    expect(namesOf(...sources)).toEqual(expect.arrayContaining(names));
    expect(new Set(namesOf(...sources)).size).toBe(sources.length);
  });

  it('keep the name that a person entered', () => {
    const [one, other] = toldApart([aSource('a', 'Shop'), aSource('b', 'Shop')]);

    expect([one?.givenName, other?.givenName]).toEqual(['Shop', 'Shop']);
  });
});

it.each([
  ['Shop', 'a'],
  [' shop ', 'a'],
  ['Shop 2', undefined],
  ['', undefined],
])('the namesake of %j is %j', (name, id) => {
  expect(namesakeOf(name, toldApart([aSource('a', 'Shop'), aSource('b', '')]))?.id).toBe(id);
});

describe('the names of connections in a list', () => {
  const aConnection = (id: string, name: string, account_id: string) => ({ id, name, config: { account_id } });

  it.each([
    ['differ already, and stay', [aConnection('a', 'One', '1'), aConnection('b', 'Two', '1')], ['One', 'Two']],
    ['get the ad account', [aConnection('a', 'Ads', '1'), aConnection('b', 'ads ', '2')], ['Ads (1)', 'ads  (2)']],
    [
      'get the ID for the same account',
      [aConnection('a', 'Ads', '1'), aConnection('b', 'Ads', '1')],
      ['Ads (a)', 'Ads (b)'],
    ],
    [
      'get the ID without an account',
      [aConnection('a', 'Ads', '1'), aConnection('b', 'Ads', '0')],
      ['Ads (1)', 'Ads (b)'],
    ],
  ])('%s', (_what, connections, names) => {
    expect([...connectionNames(connections).values()]).toEqual(names);
  });
});
