/*
 * Types for pages that load `df.js`: declares `_df` and `window._df`, without an import.
 * In a TypeScript project: `/// <reference types="directflight/global" />`, or `"types": ["directflight/global"]`.
 */
import type { Tag } from './tag/types.ts';

declare global {
  // oxlint-disable-next-line no-var -- a global that is a property of window cannot be declared otherwise
  var _df: Tag;
}
