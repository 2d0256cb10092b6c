/**
 * Reads IP addresses as ipaddr.js does, whose other three quarters a collector request doesn't need.
 * `test/conformance/ip-addresses.test.ts` compares the two.
 */

/** The bytes of an address: 4 or 16. */
export type IpAddress = readonly number[];

/** The addresses that begin with the same bits. */
export type IpRange = { network: IpAddress; bits: number };

/**
 * Reads an address. An IPv4 address that is written as an IPv6 one (`::ffff:203.0.113.9`) is an IPv4 address.
 *
 * @example
 * ipAddressIn('203.0.113.9') // [203, 0, 113, 9]
 */
export function ipAddressIn(text: string): IpAddress | undefined {
  const bytes = parsed(text);
  const isMapped = bytes?.length === 16 && isIn(bytes, { network: MAPPED, bits: 96 });
  return isMapped ? bytes.slice(12) : bytes;
}

/** Reads a range, such as `203.0.113.0/24`. */
export function ipRangeIn(text: string): IpRange | undefined {
  const [, address = '', digits = ''] = /^(.+)\/(\d+)$/.exec(text) ?? [];
  const network = parsed(address);
  const bits = Number(digits);
  return network === undefined || bits > network.length * 8 ? undefined : { network, bits };
}

export function isIn(address: IpAddress, { network, bits }: IpRange): boolean {
  return (
    address.length === network.length &&
    address.every((byte, at) => (byte ^ (network[at] ?? 0)) >> Math.min(8, Math.max(0, 8 + at * 8 - bits)) === 0)
  );
}

/** `::ffff:0:0/96` */
const MAPPED = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 0, 0, 0, 0];

function parsed(text: string): IpAddress | undefined {
  return text.includes(':') ? ofVersion6(text) : ofVersion4(text);
}

/** Also reads what C's `inet_aton` does: octal and hexadecimal numbers, and fewer than four, of which the last is longer. */
function ofVersion4(text: string): IpAddress | undefined {
  const parts = text.split('.');
  if (parts.length > 4 || !parts.every((part) => /^(?:0[0-7]*|[1-9]\d*|0x[\da-f]+)$/i.test(part))) return undefined;
  const first = parts.map((part) => Number.parseInt(part, /^0\d/.test(part) ? 8 : undefined));
  const last = first.pop() ?? 0;
  const bytesOfLast = 4 - first.length;
  if (first.some((number) => number > 255) || last >= 256 ** bytesOfLast) return undefined;
  return [...first, ...Array.from({ length: bytesOfLast }, (_, at) => (last >>> ((bytesOfLast - 1 - at) * 8)) & 255)];
}

function ofVersion6(text: string): IpAddress | undefined {
  const halves = withoutVersion4(text.replace(/%[\da-z]+$/i, '')).split('::');
  const [left = [], right] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const zeros = 8 - left.length - (right?.length ?? 0);
  const isWhole = right === undefined ? zeros === 0 : zeros > 0;
  const groups = [...left, ...Array.from({ length: isWhole ? zeros : 0 }, () => '0'), ...(right ?? [])];
  if (!isWhole || halves.length > 2 || !groups.every((group) => /^[\da-f]{1,4}$/i.test(group))) return undefined;
  return groups.map((group) => Number.parseInt(group, 16)).flatMap((group) => [group >> 8, group & 255]);
}

/** Writes the last four bytes as two groups, if they are written as an IPv4 address (`::ffff:203.0.113.9`). */
function withoutVersion4(text: string): string {
  const [, before = '', ...parts] =
    /^(.*:)(\d+|0x[\da-f]+)\.(\d+|0x[\da-f]+)\.(\d+|0x[\da-f]+)\.(\d+|0x[\da-f]+)$/i.exec(text) ?? [];
  // Here, a zero in front doesn't make a number octal.
  const bytes = parts.map((part) => Number(part));
  if (bytes.length === 0 || bytes.some((byte) => byte > 255)) return text;
  const [one = 0, two = 0, three = 0, four = 0] = bytes;
  const groups = [(one << 8) | two, (three << 8) | four].map((group) => group.toString(16));
  return `${before === '::' ? '::ffff:' : before}${groups.join(':')}`;
}
