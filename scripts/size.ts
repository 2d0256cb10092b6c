/**
 * `npm run size`: prints the tag's size in bytes, compared with other tags. It builds the tag first, so the figures
 * match the current code. `test/e2e/tag/snippet.test.ts` checks the limits.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';

import { stub } from '../client/tag/snippet.ts';
import { buildClient } from './build.ts';
import { helpIfAsked } from './help.ts';
import { PEER_SIZES, PEER_STUBS, type Size } from './peer-sizes.ts';

helpIfAsked(`Builds the tag and prints its size in bytes, compared with other tags.

  npm run size`);

const outDir = await mkdtemp(join(tmpdir(), 'directflight-size-'));
const files = await buildClient({ outDir, demo: false });
await rm(outDir, { recursive: true });

// `df.js` and the scripts that a page may load instead; `df/<version>.js` has the same bytes.
const scripts = [...files].filter(([path]) => /^df[^/]*\.js$/.test(path)).map(([path, bytes]) => ours(path, bytes));
const peers = PEER_SIZES.map((peer) => ({ ...peer, name: `${peer.name} (${peer.artefact})` }));
const tags = [...scripts, ...peers].toSorted((a, b) => a.brotli - b.brotli);
const stubs = [ours('stub', stub('_df')), ...PEER_STUBS].toSorted((a, b) => a.brotli - b.brotli);

console.log(
  [
    row('bytes', 'min', 'gzip', 'brotli'),
    ...tags.map(({ name, min, gzip, brotli }) => row(name, min, gzip, brotli)),
    '',
    row('in the page itself', 'min', 'gzip', 'brotli'),
    ...stubs.map(({ name, min, gzip = '', brotli }) => row(name, min, gzip, brotli)),
    '',
    '→ is Directflight, built now. The others: scripts/peer-sizes.ts, which says when and how they were measured.',
  ].join('\n'),
);

function ours(name: string, content: string | Uint8Array): Size & { readonly name: string } {
  return {
    name: `→ ${name}`,
    min: Buffer.byteLength(content),
    gzip: gzipSync(content, { level: 9 }).length,
    brotli: brotliCompressSync(content).length,
  };
}

function row(name: string, ...cells: readonly (string | number)[]): string {
  const columns = cells.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en') : cell).padStart(10));
  return `${name.padEnd(52)}${columns.join('')}`;
}
