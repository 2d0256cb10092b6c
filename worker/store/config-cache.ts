import { isRevokedKey } from '../schema/settings/source-config.ts';
import type { PublishedKey, SourceConfig } from '../schema/settings/source-config.ts';
import { forgetConsentPolicies } from './consent-policies.ts';
import { askForKey, forgetQuestions, UnknownForNow } from './unpublished-keys.ts';
import type { AskRegistry } from './unpublished-keys.ts';

/**
 * How long a config is used without a new read. KV itself may be a minute behind, so with half a minute more a
 * change works everywhere within about 90 seconds, and it avoids a read for each event.
 */
const FRESH_MS = 30_000;

/** A missing key is read again soon, because it may just have been created. */
const ABSENT_MS = 2_000;

/** When KV can't be read, yesterday's config is better than refusing events. */
const STALE_IF_ERROR_MS = 24 * 60 * 60 * 1000;

const MAX_ENTRIES = 10_000;

type Entry = { published: PublishedKey | undefined; readAtMs: number };

/**
 * The values read from KV, cached in the isolate. The cache is bounded, so that made-up keys can't fill the memory.
 *
 * A change through this isolate's management API clears it. Other isolates see the change when their copy has expired.
 */
const entries = new Map<string, Entry>();

/** The part of KV's interface that is used, and the registry, which also has what KV doesn't have yet or can't return. */
export type ConfigStore = {
  get<Value>(key: string, type: 'json'): Promise<Value | null>;
  askRegistry?: AskRegistry;
};

/**
 * Reads a source's config through the cache. Returns undefined for a key that is unknown or revoked.
 *
 * @throws when neither KV nor the registry, which is asked when KV can't be read or lacks the key, answers, and no usable
 * copy is in memory.
 */
export async function readConfig(kv: ConfigStore, key: string, nowMs: number): Promise<SourceConfig | undefined> {
  const published = await readPublished(kv, key, nowMs);
  return published === undefined || isRevokedKey(published) ? undefined : published;
}

/**
 * Returns the source that a key belongs to, or belonged to before it was revoked in the last weeks.
 *
 * @throws when KV can't be read and no usable copy is in memory.
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
  // The absolute value also expires copies from a clock that was ahead.
  const ageMs = known === undefined ? 0 : Math.abs(nowMs - known.readAtMs);
  if (known !== undefined && ageMs < (known.published === undefined ? ABSENT_MS : FRESH_MS)) return known.published;
  try {
    return remembered(key, (await kv.get<PublishedKey>(key, 'json')) ?? (await askedFor(kv, key, nowMs)), nowMs);
  } catch (error) {
    if (known?.published !== undefined && ageMs < STALE_IF_ERROR_MS) return known.published;
    // KV can't be read, and this isolate has just started, so the registry is asked.
    if (kv.askRegistry === undefined || error instanceof UnknownForNow) throw error;
    return remembered(key, await askedFor(kv, key, nowMs), nowMs);
  }
}

function remembered(key: string, published: PublishedKey | undefined, nowMs: number): PublishedKey | undefined {
  if (entries.size >= MAX_ENTRIES) entries.clear();
  entries.set(key, { published, readAtMs: nowMs });
  return published;
}

async function askedFor({ askRegistry }: ConfigStore, key: string, nowMs: number): Promise<PublishedKey | undefined> {
  return askRegistry === undefined ? undefined : askForKey(key, askRegistry, nowMs);
}

export function forgetConfigs(): void {
  entries.clear();
  forgetQuestions();
  forgetConsentPolicies();
}
