/** Compares the collector's short reader of IP addresses with ipaddr.js, which checks the settings and the alerts. */
import fc from 'fast-check';
import ipaddr from 'ipaddr.js';
import { expect, it } from 'vitest';

import { isInternal } from '../../worker/domain/collect/internal-traffic.ts';
import { ipv4In } from '../../worker/domain/identity/ipv4.ts';
import { ipAddressIn, ipRangeIn } from '../../worker/domain/reading/ip-address.ts';

const RUNS = 20_000;

const addressByLibrary = (text: string): readonly number[] | undefined =>
  ipaddr.isValid(text) ? ipaddr.process(text).toByteArray() : undefined;

const rangeByLibrary = (text: string): { network: readonly number[]; bits: number } | undefined => {
  if (!ipaddr.isValidCIDR(text)) return undefined;
  const [network, bits] = ipaddr.parseCIDR(text);
  return { network: network.toByteArray(), bits };
};

const isInternalByLibrary = (ip: string, own: string): boolean => {
  if (!ipaddr.isValid(ip)) return false;
  const address = ipaddr.process(ip);
  const [network, bits] = ipaddr.isValidCIDR(own)
    ? ipaddr.parseCIDR(own)
    : [ipaddr.process(own), address.kind() === 'ipv4' ? 32 : 128];
  return address.kind() === network.kind() && address.match(network, bits);
};

const number = fc.oneof(
  { weight: 4, arbitrary: fc.nat(300).map(String) },
  { weight: 1, arbitrary: fc.nat(0xffff_ffff).map(String) },
  fc.nat(70_000).map((value) => `0x${value.toString(16)}`),
  fc.nat(400).map((value) => `0${value}`),
  fc.constantFrom(
    '',
    '0',
    '00',
    '08',
    '0x',
    '0xg',
    '-1',
    '1e2',
    '256',
    '4294967295',
    '4294967296',
    '16777216',
    '65536',
  ),
);
const ofVersion4 = fc.array(number, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('.'));
const fourBytes = fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.nat(255)).map((bytes) => bytes.join('.'));

const group = fc.oneof(
  { weight: 5, arbitrary: fc.nat(0xffff).map((value) => value.toString(16)) },
  { weight: 2, arbitrary: fc.constantFrom('0', '0000', 'ffff', 'FFFF', 'Ab') },
  fc.constantFrom('', '00000', 'g', '12345'),
);
const zone = fc.constantFrom('', '', '', '', '%eth0', '%', '%a%b', '%é');
const ofVersion6 = fc
  .tuple(
    fc.constantFrom('', '', '', ':', '::', '::ffff:'),
    fc.array(group, { maxLength: 9 }),
    fc.array(fc.constantFrom(':', ':', ':', '::'), { minLength: 9, maxLength: 9 }),
    fc.oneof({ weight: 3, arbitrary: fc.constantFrom('', '', ':', '::') }, ofVersion4, fourBytes),
    zone,
  )
  .map(([first, groups, separators, last, end]) =>
    [first, ...groups.flatMap((one, at) => (at === 0 ? [one] : [separators[at] ?? ':', one])), last, end].join(''),
  );
/** Most of these are addresses. */
const wellFormed6 = fc
  .tuple(fc.array(fc.nat(0xffff), { minLength: 8, maxLength: 8 }), fc.nat(8), fc.nat(8), fc.boolean(), fourBytes)
  .map(([groups, one, other, endsIn4, bytes]) => {
    const texts = groups.map((value) => value.toString(16)).slice(0, endsIn4 ? 6 : 8);
    const [from, to] = [Math.min(one, other), Math.max(one, other)];
    const written = from === to ? texts.join(':') : `${texts.slice(0, from).join(':')}::${texts.slice(to).join(':')}`;
    return endsIn4 ? `${written}${written.endsWith(':') ? '' : ':'}${bytes}` : written;
  });
const address = fc.oneof(ofVersion4, fourBytes, ofVersion6, wellFormed6, fc.string({ unit: 'binary', maxLength: 20 }));
const range = fc
  .tuple(address, fc.oneof(fc.nat(140).map(String), fc.constantFrom('', '-1', '032', '1e1', '99999999999', ' 8')))
  .map((parts) => parts.join('/'));

it('reads addresses as ipaddr.js does', () => {
  let read = 0;
  fc.assert(
    fc.property(address, (text) => {
      const expected = addressByLibrary(text);
      read += expected === undefined ? 0 : 1;
      expect(ipAddressIn(text)).toEqual(expected);
    }),
    { numRuns: RUNS },
  );

  // Otherwise, this would only compare what isn't an address.
  expect(read).toBeGreaterThan(RUNS / 4);
});

it('reads ranges as ipaddr.js does', () => {
  let read = 0;
  fc.assert(
    fc.property(range, (text) => {
      const expected = rangeByLibrary(text);
      read += expected === undefined ? 0 : 1;
      expect(ipRangeIn(text)).toEqual(expected);
    }),
    { numRuns: RUNS },
  );

  expect(read).toBeGreaterThan(RUNS / 8);
});

/** Two addresses that often begin with the same bits, and the range around one of them. */
const near = fc
  .tuple(fc.constantFrom(4, 16), fc.array(fc.nat(255), { minLength: 16, maxLength: 16 }), fc.nat(128), fc.nat(130))
  .map(([length, bytes, bits, changed]) => {
    const own = bytes.slice(0, length);
    const ip = own.map((byte, at) => (at === changed >> 3 ? byte ^ (128 >> (changed & 7)) : byte));
    const text = (all: number[]): string => ipaddr.fromByteArray(all).toString();
    return { ip: text(ip), own: bits % 5 === 0 ? text(own) : `${text(own)}/${bits % (length * 8 + 1)}` };
  });

it('finds an address in a range as ipaddr.js does', () => {
  let found = 0;
  fc.assert(
    fc.property(near, ({ ip, own }) => {
      const expected = isInternalByLibrary(ip, own);
      found += expected ? 1 : 0;
      expect(isInternal({ ip, cookies: {} }, { ips: [own], cookie: null })).toBe(expected);
    }),
    { numRuns: RUNS },
  );

  expect(found).toBeGreaterThan(RUNS / 8);
  expect(found).toBeLessThan(RUNS - RUNS / 8);
});

it('takes an IPv4 address for a visitor’s where ipaddr.js finds no other use of it', () => {
  const CODES: Readonly<Record<string, string>> = {
    private: 'ip_private',
    carrierGradeNat: 'ip_shared',
    loopback: 'ip_loopback',
    unspecified: 'ip_reserved',
    broadcast: 'ip_reserved',
    multicast: 'ip_reserved',
    linkLocal: 'ip_reserved',
    reserved: 'ip_reserved',
  };
  const DOCUMENTATION = ['192.0.2', '198.51.100', '203.0.113'];
  const SMALL_RANGES = '192.0 192.31 192.52 192.88 192.175 198.51 203.0'.split(' ');
  const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index);
  // Each /24 that begins or ends a range is among these.
  const hosts = upTo(256 * 256).flatMap((half) => {
    const start = `${half >> 8}.${half & 255}`;
    return (SMALL_RANGES.includes(start) ? upTo(256) : [0, 255]).map((third) => `${start}.${third}`);
  });
  const wrong = hosts.flatMap((host) =>
    [`${host}.0`, `${host}.255`].filter((text) => {
      const use = DOCUMENTATION.includes(host) ? undefined : CODES[ipaddr.IPv4.parse(text).range()];
      let code: string | undefined;
      const read = ipv4In(text, (noted) => (code = noted));
      return code !== use || read !== (use === undefined ? text : undefined);
    }),
  );

  expect(wrong).toEqual([]);
});
