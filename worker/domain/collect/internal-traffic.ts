import ipaddr from 'ipaddr.js';

/** How a source recognises internal traffic: by address, address range or cookie. */
export type InternalTraffic = { ips: readonly string[]; cookie: string | null };

/** Checks for internal traffic, which must not count for campaigns. */
export function isInternal(
  { ip, cookies }: { ip: string | undefined; cookies: Readonly<Record<string, string>> },
  { ips, cookie }: InternalTraffic,
): boolean {
  return (cookie !== null && Object.hasOwn(cookies, cookie)) || (ip !== undefined && ips.some((own) => isIn(ip, own)));
}

function isIn(ip: string, own: string): boolean {
  if (!ipaddr.isValid(ip)) return false;
  // An IPv4 address may be written as an IPv6 one.
  const address = ipaddr.process(ip);
  const [network, bits] = ipaddr.isValidCIDR(own)
    ? ipaddr.parseCIDR(own)
    : [ipaddr.process(own), address.kind() === 'ipv4' ? 32 : 128];
  return address.kind() === network.kind() && address.match(network, bits);
}
