import { SUFFIX_BITS } from './suffix-bits.ts';

/**
 * A Bloom filter of names in the public suffix list: its top-level domains, its names of two labels, and its names
 * below `FREQUENT`. It is used instead of the list, which is half as large as the rest of the Worker.
 * https://publicsuffix.org/list/
 *
 * `scripts/public-suffixes.ts` makes the filter from the list in tldts.
 */
const BITS = 61_440;

/** With this many bits for each name, about one in 50 names that aren't in the list seems to be in it. */
const BITS_OF_A_NAME = 5;

/**
 * Public suffixes of two labels under which many companies have their domains. For hosts below other suffixes, such as
 * `city.kawasaki.jp`, the list itself is used.
 */
export const FREQUENT: ReadonlySet<string> = new Set(
  `co.uk org.uk me.uk ac.uk gov.uk com.au net.au org.au co.nz org.nz co.jp or.jp ne.jp ac.jp com.br net.br com.mx com.ar
com.co com.pe com.ec com.tr com.cn net.cn com.hk com.tw com.sg com.my com.ph co.in co.id co.th co.kr or.kr com.vn co.za
co.il org.il com.ua com.pl com.pt co.at or.at com.sa com.eg com.ng co.ke com.pk workers.dev pages.dev`.split(/\s/),
);

/** Checks whether a name may be in the list. If the answer is false, it certainly isn't. */
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
