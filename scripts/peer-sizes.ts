export interface Size {
  readonly min: number;
  readonly gzip: number;
  readonly brotli: number;
}

export interface PeerSize extends Size {
  readonly name: string;
  /** The measured artefact: a bundle made from npm, a file as shipped, or a source file minified. */
  readonly artefact: string;
}

/**
 * The sizes of other tags in bytes, smallest first by brotli.
 *
 * Measured 2026-11-21 for the project's survey of the field, from the npm registry: esbuild 0.28.2 `--minify`, es2020,
 * as an IIFE, unless the artefact says otherwise; gzip level 9, brotli quality 11. A loader is the part in the page. It
 * fetches the tag itself from its vendor, which was not measured.
 */
export const PEER_SIZES: readonly PeerSize[] = [
  { name: 'js-cookie 3.0.8', artefact: 'bundle', min: 1_425, gzip: 730, brotli: 625 },
  { name: 'fathom-client 3.7.2', artefact: 'loader only', min: 2_526, gzip: 1_014, brotli: 834 },
  { name: 'plausible-tracker 0.3.9', artefact: 'bundle', min: 2_422, gzip: 1_152, brotli: 972 },
  { name: '@vercel/analytics 2.0.1', artefact: 'loader only', min: 2_797, gzip: 1_319, brotli: 1_122 },
  { name: 'umami c0ea3ae, no vitals', artefact: 'source', min: 2_805, gzip: 1_543, brotli: 1_335 },
  { name: 'umami c0ea3ae', artefact: 'source', min: 4_629, gzip: 2_267, brotli: 2_019 },
  { name: 'ahoy.js 0.4.5', artefact: 'bundle', min: 6_485, gzip: 2_596, brotli: 2_270 },
  { name: '@plausible-analytics/tracker 0.4.6', artefact: 'bundle', min: 6_102, gzip: 2_589, brotli: 2_294 },
  { name: '@walkeros/web-source-browser 4.2.1', artefact: 'shipped', min: 18_902, gzip: 7_464, brotli: 6_752 },
  { name: '@snowplow/browser-tracker 4.10.1', artefact: 'bundle', min: 49_162, gzip: 17_813, brotli: 15_979 },
  { name: 'walkerOS 4.2.1', artefact: 'bundle', min: 77_683, gzip: 26_605, brotli: 23_640 },
  { name: '@jitsu/js 1.11.0', artefact: 'bundle', min: 81_990, gzip: 29_965, brotli: 25_687 },
  { name: 'mixpanel-browser 2.83.0', artefact: 'shipped', min: 103_261, gzip: 33_067, brotli: 29_062 },
  { name: '@segment/analytics-next 1.84.3', artefact: 'shipped', min: 113_478, gzip: 33_110, brotli: 29_083 },
  { name: '@rudderstack/analytics-js 3.34.1', artefact: 'modern bundle', min: 116_024, gzip: 34_398, brotli: 30_351 },
  { name: '@openpanel/web 1.4.1', artefact: 'bundle', min: 189_698, gzip: 60_267, brotli: 41_146 },
  { name: 'posthog-js 1.449.2', artefact: 'slim', min: 157_851, gzip: 54_966, brotli: 47_959 },
];

/** The inline code that a page has in its HTML, measured the same way, without gzip. */
export const PEER_STUBS: readonly (Partial<Size> & Pick<PeerSize, 'name' | 'min' | 'brotli'>)[] = [
  { name: 'Plausible', min: 155, brotli: 85 },
  { name: 'Segment 5.2.1', min: 1_565, brotli: 623 },
  { name: 'Mixpanel', min: 1_797, brotli: 692 },
];
