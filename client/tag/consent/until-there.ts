/** Looked for often at first; a platform that is blocked never comes, and must not cost the page anything by then. */
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2_000;

/** Calls back once something is there, for what announces itself by no event. */
export function untilThere<Thing>(find: () => Thing | undefined, use: (thing: Thing) => void, waitMs = FIRST_WAIT_MS) {
  const thing = find();
  if (thing !== undefined) use(thing);
  else setTimeout(() => untilThere(find, use, Math.min(waitMs * 1.5, LONGEST_WAIT_MS)), waitMs);
}
