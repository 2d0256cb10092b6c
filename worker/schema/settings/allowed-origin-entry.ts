import { parse } from 'tldts';

import { SHARED_PARENTS } from './shared-parents.ts';

/** The origin that an entry of `allowed_origins` means, or a message about what is wrong with it. */
export type OriginEntry = { kind: 'origin'; origin: string } | { kind: 'problem'; problem: string };

/** Browsers and workerd have `URL`, but this folder is compiled without the types of either. */
declare const URL: {
  parse(text: string): { protocol: string; username: string; password: string; hostname: string; port: string } | null;
};

/** Longer than any URL that a browser opens. */
const MAX_CHARS = 2_000;

const EXAMPLE = '"https://www.example.com" or "https://*.example.com"';

/**
 * Reads an entry as people paste it: with a path, a slash, upper case, a default port or spaces. The result is exactly
 * what browsers send as `Origin`, or that with `*.` before the host.
 *
 * @example
 * readOriginEntry(' https://Shop.Example.com:443/cart?id=1 ') // { kind: 'origin', origin: 'https://shop.example.com' }
 */
export function readOriginEntry(entry: string): OriginEntry {
  const text = entry.trim();
  const problem = problemOfText(text);
  if (problem !== undefined) return { kind: 'problem', problem };
  const isWildcard = /^https?:\/\/\*\./i.test(text);
  const url = URL.parse(isWildcard ? text.replace('*.', '') : text);
  if (url === null) return { kind: 'problem', problem: `expected an origin such as ${EXAMPLE}` };
  if (url.username !== '' || url.password !== '')
    return { kind: 'problem', problem: 'remove the user name and password: an origin has none' };
  // "https://example.com." is the same server as "https://example.com".
  const host = url.hostname.replace(/\.$/, '');
  const ofHost = isWildcard ? problemOfWildcard(host) : problemOfHost(host);
  if (ofHost !== undefined) return { kind: 'problem', problem: ofHost };
  const port = url.port === '' ? '' : `:${url.port}`;
  return { kind: 'origin', origin: `${url.protocol}//${isWildcard ? '*.' : ''}${host}${port}` };
}

function problemOfText(text: string): string | undefined {
  if (text === '') return `enter an origin such as ${EXAMPLE}, or remove the empty entry`;
  if (text.length > MAX_CHARS) return `expected at most ${MAX_CHARS} characters`;
  if (text === 'null') return '"null" cannot be allowed: any local file and any sandboxed frame sends it as its origin';
  if (text === '*' || /^https?:\/\/\*\/*$/i.test(text))
    return 'to allow every site, leave the list empty; otherwise put a domain after "*."';
  // A browser's URL parser removes tabs and line breaks. Two entries on separate lines would become one wrong entry.
  if (/[\s\p{Cc}\\]/u.test(text)) return 'expected one origin without spaces in it';
  if (!/^https?:\/\//i.test(text))
    return /^[a-z][a-z\d+.-]*:(?!\d)/i.test(text)
      ? 'expected "https://" or "http://" in front: pages at other kinds of addresses cannot be told apart'
      : `put "https://" in front, such as ${EXAMPLE}`;
  return undefined;
}

function problemOfHost(host: string): string | undefined {
  if (/^\[[\da-f:.]+\]$/.test(host)) return undefined;
  if (host.includes('*'))
    return '"*." is allowed only in front of the whole host, such as "https://*.example.com"; wildcards for ports or parts of names are not possible';
  if (host.length > 253 || !host.split('.').every((label) => /^[a-z\d_]([a-z\d_-]{0,61}[a-z\d_])?$/.test(label)))
    return `expected the name of a host, such as in ${EXAMPLE}`;
  // "https://https://example.com"
  if (host === 'http' || host === 'https') return `expected one "https://" and then the host, such as ${EXAMPLE}`;
  return undefined;
}

function problemOfWildcard(host: string): string | undefined {
  const problem = problemOfHost(host);
  if (problem !== undefined) return problem;
  const { isIp, publicSuffix } = parse(host, { allowPrivateDomains: true });
  if (isIp === true) return 'an IP address has no subdomains: remove "*."';
  if (host === 'localhost')
    return 'name the host itself, such as "http://shop.localhost:3000": "*.localhost" is not allowed';
  if (publicSuffix === host)
    return 'anybody can get a name under this domain, so "*." would let other people\'s sites send events: name your own domain, such as "https://*.example.com"';
  if (SHARED_PARENTS.has(host))
    return `other people's sites are below ${host} too, so "*." would let them send events: name the host of your own site`;
  return undefined;
}
