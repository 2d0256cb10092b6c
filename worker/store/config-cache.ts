import { isRevokedKey } from '../schema/settings/source-config.ts';
import type { PublishedKey, SourceConfig } from '../schema/settings/source-config.ts';
import { forgetConsentPolicies } from './consent-policies.ts';

/** KV itself may be a minute behind, so half a minute here keeps the promise of about a minute and saves a read an event. */
const FRESH_MS = 30_000;

/** A key that is not there is asked for again soon: it may just have been made. */
const ABSENT_MS = 2_000;

/** When KV cannot be read, yesterday's config is better than turning events away. */
const STALE_IF_ERROR_MS = 24 * 60 * 60 * 1000;

const MAX_ENTRIES = 10_000;

type Entry = { published: PublishedKey | undefined; readAtMs: number };

/**
 * What was read from KV, kept in the isolate. Bounded, so that made-up keys cannot fill the memory.
 *
 * A change through this isolate's management API empties it; other isolates see the change when their copy is no longer
 * fresh.
 */
const entries = new Map<string, Entry>();

/** What is needed of KV. */
export type ConfigStore = { get<Value>(key: string, type: 'json'): Promise<Value | null> };

/**
 * Reads a source's config through the cache. There is none for a key that is not known or was revoked.
 *
 * @throws when KV cannot be read and nothing usable is in memory.
 */
export async function readConfig(kv: ConfigStore, key: string, nowMs: number): Promise<SourceConfig | undefined> {
  const published = await readPublished(kv, key, nowMs);
  return published === undefined || isRevokedKey(published) ? undefined : published;
}

/**
 * Says whose a key is, or was before it was revoked, in the last weeks.
 *
 * @throws when KV cannot be read and nothing usable is in memory.
 */
export async function readKeyOwner(
  kv: ConfigStore,
  key: string,
  nowMs: number,
): Promise<{ sourceId: string; isRevoked: boolean } | undefined> {
  const published = await readPublished(kv, key, nowMs);
  if (published === undefined) return undefined;
  return isRevokedKey(published)
    ? { sourceId: published.revoked_from, isRevoked: true }
    : { sourceId: published.source.id, isRevoked: false };
}

async function readPublished(kv: ConfigStore, key: string, nowMs: number): Promise<PublishedKey | undefined> {
  const known = entries.get(key);
  // Also what was read by a clock that was ahead is read again.
  const ageMs = known === undefined ? 0 : Math.abs(nowMs - known.readAtMs);
  if (known !== undefined && ageMs < (known.published === undefined ? ABSENT_MS : FRESH_MS)) return known.published;
  try {
    const published = (await kv.get<PublishedKey>(key, 'json')) ?? undefined;
    if (entries.size >= MAX_ENTRIES) entries.clear();
    entries.set(key, { published, readAtMs: nowMs });
    return published;
  } catch (error) {
    if (known?.published !== undefined && ageMs < STALE_IF_ERROR_MS) return known.published;
    throw error;
  }
}

export function forgetConfigs(): void {
  entries.clear();
  forgetConsentPolicies();
}
