import ipaddr from 'ipaddr.js';

import { leaveOut, unnoted } from '../lint/note.ts';
import type { Note } from '../lint/note.ts';

/** The lint code for each `ipaddr.js` range that can't contain a visitor. */
const WHOSE_NOT: Readonly<Record<string, 'ip_private' | 'ip_shared' | 'ip_loopback' | 'ip_reserved'>> = {
  private: 'ip_private',
  carrierGradeNat: 'ip_shared',
  loopback: 'ip_loopback',
  unspecified: 'ip_reserved',
  broadcast: 'ip_reserved',
  multicast: 'ip_reserved',
  linkLocal: 'ip_reserved',
  reserved: 'ip_reserved',
};

/** The documentation ranges (RFC 5737). They are reserved too, but everybody's tests use them as visitor addresses. */
const DOCUMENTATION = ['192.0.2.0/24', '198.51.100.0/24', '203.0.113.0/24'].map((range) =>
  ipaddr.IPv4.parseCIDR(range),
);

/**
 * Reads a visitor's IP address. LinkedIn accepts IPv4 only (read 2026-09) and doesn't check it: `999.999.999.999` is
 * answered with 201 (measured 2026-09).
 *
 * @param note Called with each oddity of the value.
 */
export function ipv4In(value: unknown, note: Note = unnoted): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') return leaveOut('ip_malformed', note);
  const listed = value.split(',').map((part) => part.trim());
  if (listed.length === 1) return single(value.trim(), note);
  // Proxies append to X-Forwarded-For. The visitor's address is the first public one.
  const first = listed.find((part) => single(part, unnoted) !== undefined);
  if (first === undefined) return leaveOut('ip_malformed', note);
  note('ip_list');
  return single(first, note);
}

function single(text: string, note: Note): string | undefined {
  const [, mapped] = /^\[?::ffff:(\d+\.\d+\.\d+\.\d+)\]?$/i.exec(text) ?? [];
  const [, withoutPort] = /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text) ?? [];
  if (mapped !== undefined) note('ip_mapped');
  if (withoutPort !== undefined) note('ip_port');
  const address = mapped ?? withoutPort ?? text;
  if (address.includes(':')) return leaveOut('ip_v6', note);
  if (!ipaddr.IPv4.isValidFourPartDecimal(address)) return leaveOut('ip_malformed', note);
  const parsed = ipaddr.IPv4.parse(address);
  const isDocumentation = DOCUMENTATION.some((range) => parsed.match(range));
  const whose = isDocumentation ? undefined : WHOSE_NOT[parsed.range()];
  return whose === undefined ? address : leaveOut(whose, note);
}
