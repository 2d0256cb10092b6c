import type { LintCode } from '../../schema/events/lint-rules.ts';
import { leaveOut, unnoted } from '../lint/note.ts';
import type { Note } from '../lint/note.ts';
import { ipAddressIn, ipRangeIn, isIn } from '../reading/ip-address.ts';

/**
 * The ranges that can't contain a visitor, with their lint codes
 * (https://www.iana.org/assignments/iana-ipv4-special-registry). The documentation ranges (RFC 5737) are missing:
 * everybody's tests use them as visitor addresses.
 */
const NOT_VISITORS = (
  [
    ['10.0.0.0/8', 'ip_private'],
    ['172.16.0.0/12', 'ip_private'],
    ['192.168.0.0/16', 'ip_private'],
    ['100.64.0.0/10', 'ip_shared'],
    ['127.0.0.0/8', 'ip_loopback'],
    ['0.0.0.0/8', 'ip_reserved'],
    ['169.254.0.0/16', 'ip_reserved'],
    ['192.0.0.0/24', 'ip_reserved'],
    ['192.88.99.0/24', 'ip_reserved'],
    ['198.18.0.0/15', 'ip_reserved'],
    ['224.0.0.0/3', 'ip_reserved'],
  ] satisfies [string, LintCode][]
).flatMap(([text, code]) => {
  const range = ipRangeIn(text);
  return range === undefined ? [] : [{ range, code }];
});

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
  const parsed = FOUR_DECIMALS.test(address) ? ipAddressIn(address) : undefined;
  if (parsed === undefined) return leaveOut('ip_malformed', note);
  const code = NOT_VISITORS.find(({ range }) => isIn(parsed, range))?.code;
  return code === undefined ? address : leaveOut(code, note);
}

/** Without zeros in front, which some programs read as octal numbers. */
const FOUR_DECIMALS = /^(?:0|[1-9]\d*)(?:\.(?:0|[1-9]\d*)){3}$/;
