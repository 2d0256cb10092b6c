/** Frequent checks at first, then fewer: a blocked platform never loads, and must not slow the page. */
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2_000;

/** Calls back once a platform has loaded, if it has no event for that. */
export function waitForPlatform<Thing>(
  find: () => Thing | undefined,
  use: (thing: Thing) => void,
  waitMs = FIRST_WAIT_MS,
) {
  const thing = find();
  if (thing !== undefined) use(thing);
  else setTimeout(() => waitForPlatform(find, use, Math.min(waitMs * 1.5, LONGEST_WAIT_MS)), waitMs);
}
