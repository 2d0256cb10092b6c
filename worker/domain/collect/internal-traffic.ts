import { ipAddressIn, ipRangeIn, isIn } from '../reading/ip-address.ts';
import type { IpRange } from '../reading/ip-address.ts';

/** How a source recognises internal traffic: by address, address range or cookie. */
export type InternalTraffic = { ips: readonly string[]; cookie: string | null };

/** Checks for internal traffic, which must not count for campaigns. */
export function isInternal(
  { ip, cookies }: { ip: string | undefined; cookies: Readonly<Record<string, string>> },
  { ips, cookie }: InternalTraffic,
): boolean {
  return (cookie !== null && Object.hasOwn(cookies, cookie)) || (ip !== undefined && isOneOf(ip, ips));
}

function isOneOf(ip: string, ips: readonly string[]): boolean {
  const address = ipAddressIn(ip);
  if (address === undefined) return false;
  return ips.some((own) => {
    const range = ipRangeIn(own) ?? rangeOfOne(own);
    return range !== undefined && isIn(address, range);
  });
}

function rangeOfOne(own: string): IpRange | undefined {
  const network = ipAddressIn(own);
  return network && { network, bits: network.length * 8 };
}
