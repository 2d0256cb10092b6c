/**
 * How long it takes until a change of settings works everywhere: KV may be 60 seconds behind, and each isolate uses its
 * copy for 30 seconds (`worker/store/config-cache.ts`).
 */
export const everywhere = 'within about 90 seconds';
