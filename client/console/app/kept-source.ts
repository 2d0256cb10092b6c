import type { SourceView } from '../../../worker/schema/settings/source.ts';
import { remember, remembered } from './remembered.ts';

const KEY = 'directflight.source';

/** Remembers the source that this tab works with, for pages that are not about a source. */
export function keepSource(id: string): void {
  remember(KEY, id);
}

/** Returns the source of the page, or else the one that this tab has worked with, or else the first. */
export function keptSource(sources: readonly SourceView[], id?: string): SourceView | undefined {
  const kept = remembered(KEY);
  return sources.find((source) => source.id === id) ?? sources.find((source) => source.id === kept) ?? sources[0];
}
