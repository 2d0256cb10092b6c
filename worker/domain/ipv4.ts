import { leaveOut, unnoted } from './lint/note.ts';
import type { Note } from './lint/note.ts';

const IPV4 = /^(25[0-5]|2[0-4]\d|1?\d?\d)(\.(25[0-5]|2[0-4]\d|1?\d?\d)){3}$/;

/**
 * Reads a visitor's address for LinkedIn, which takes IPv4 only (read 2026-09) and looks at nothing: `999.999.999.999` is
 * a 201 (measured 2026-09).
 *
 * @param note Told what was odd about it.
 */
export function ipv4In(value: unknown, note: Note = unnoted): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value !== 'string') return leaveOut('ip_malformed', note);
  const listed = value.split(',').map((part) => part.trim());
  if (listed.length === 1) return single(value.trim(), note);
  // What proxies add to X-Forwarded-For: the visitor's is the first that is anybody's.
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
  if (!IPV4.test(address)) return leaveOut('ip_malformed', note);
  const whose = whoseNot(address);
  return whose === undefined ? address : leaveOut(whose, note);
}

/** Why an address is not a visitor's. https://www.iana.org/assignments/iana-ipv4-special-registry (read 2026-11) */
function whoseNot(address: string): 'ip_private' | 'ip_shared' | 'ip_loopback' | 'ip_reserved' | undefined {
  const [a = 0, b = 0] = address.split('.').map(Number);
  if (a === 127) return 'ip_loopback';
  if (a === 10 || (a === 172 && b >= 16 && b <= 31) || (a === 192 && b === 168)) return 'ip_private';
  if (a === 100 && b >= 64 && b <= 127) return 'ip_shared';
  return a === 0 || a >= 224 || (a === 169 && b === 254) ? 'ip_reserved' : undefined;
}
