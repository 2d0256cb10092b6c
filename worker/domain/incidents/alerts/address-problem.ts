import ipaddr from 'ipaddr.js';

/** Names that never belong to a public host (RFC 6761, RFC 6762, RFC 8375, ICANN's `.internal`). */
const PRIVATE_NAME = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|private|test|invalid|home\.arpa)\.?$/i;

/**
 * Returns why an address may not be called, or undefined.
 *
 * The address is chosen by anybody who may set up a channel. It must not give them access to a private network, so only
 * https and public hosts are called. A name that resolves to a private address is refused by the network itself:
 * Cloudflare calls only public ones, and so does workerd by default.
 *
 * @param isLocalRun Allows this machine, over http too.
 */
export function addressProblem(text: string, { isLocalRun }: { isLocalRun: boolean }): string | undefined {
  const url = URL.parse(text);
  if (url === null) return 'expected an https address';
  if (url.username !== '' || url.password !== '') return 'expected an address without a user name and a password';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isLocalRun && (url.protocol === 'http:' || url.protocol === 'https:') && isThisMachine(host)) return undefined;
  if (url.protocol !== 'https:') return 'expected an https address';
  if (ipaddr.isValid(host))
    return ipaddr.process(host).range() === 'unicast' ? undefined : 'expected the address of a public host';
  return host.includes('.') && !PRIVATE_NAME.test(host) ? undefined : 'expected the address of a public host';
}

function isThisMachine(host: string): boolean {
  if (ipaddr.isValid(host)) return ipaddr.process(host).range() === 'loopback';
  return host === 'localhost';
}
