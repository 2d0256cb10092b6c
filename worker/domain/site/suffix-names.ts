import { SUFFIX_BITS } from './suffix-bits.ts';

/**
 * What is known about the names of the public suffix list without the list, which is half as large as the rest of the
 * Worker: a Bloom filter with its top-level domains, its names of two labels, and its names below `FREQUENT`.
 * https://publicsuffix.org/list/
 *
 * `scripts/public-suffixes.ts` makes the filter from the list in tldts.
 */
const BITS = 61_440;

/** For this many bits a name, about one name in 50 that isn't in the list seems to be. */
const BITS_OF_A_NAME = 5;

/**
 * Public suffixes of two labels below which many companies have their names. For hosts below other ones, such as
 * `city.kawasaki.jp`, the list itself is asked.
 */
export const FREQUENT: ReadonlySet<string> = new Set(
  `co.uk org.uk me.uk ac.uk gov.uk com.au net.au org.au co.nz org.nz co.jp or.jp ne.jp ac.jp com.br net.br com.mx com.ar
com.co com.pe com.ec com.tr com.cn net.cn com.hk com.tw com.sg com.my com.ph co.in co.id co.th co.kr or.kr com.vn co.za
co.il org.il com.ua com.pl com.pt co.at or.at com.sa com.eg com.ng co.ke com.pk workers.dev pages.dev`.split(/\s/),
);

/** Checks for a name that may be in the list. False is certain. */
export function mayBeListed(name: string): boolean {
  return bitsOf(name).every((bit) => ((bytes()[bit >> 3] ?? 0) & (1 << (bit & 7))) !== 0);
}

/** Makes the filter of these names. */
export function filterOf(names: Iterable<string>): Uint8Array {
  const filter = new Uint8Array(BITS / 8);
  for (const name of names)
    for (const bit of bitsOf(name)) filter[bit >> 3] = (filter[bit >> 3] ?? 0) | (1 << (bit & 7));
  return filter;
}

let filter: Uint8Array | undefined;

function bytes(): Uint8Array {
  return (filter ??= Uint8Array.from(atob(SUFFIX_BITS), (char) => char.charCodeAt(0)));
}

/** The bits of a name: two hashes give all of them (Kirsch and Mitzenmacher). */
function bitsOf(name: string): number[] {
  const one = hash(name, 0x81_1c_9d_c5);
  const other = hash(name, 0x2f_0b_44_71) | 1;
  return Array.from({ length: BITS_OF_A_NAME }, (_, index) => ((one + Math.imul(index, other)) >>> 0) % BITS);
}

/** FNV-1a. */
function hash(text: string, start: number): number {
  let found = start;
  for (let at = 0; at < text.length; at += 1) found = Math.imul(found ^ text.charCodeAt(at), 0x01_00_01_93);
  return (found ^ (found >>> 15)) >>> 0;
}
