/** Resolves after that time, or when the signal aborts: a timer that nobody needs keeps an object in memory. */
export async function waitOrAbort(ms: number, signal?: AbortSignal): Promise<void> {
  try {
    await scheduler.wait(ms, signal === undefined ? {} : { signal });
  } catch {
    // The wait was aborted.
  }
}
