const LOOK_EVERY_MS = 300;

/**
 * Ends this process when its parent ends. npm passes a SIGTERM to its shell, which ends without passing it on, so the
 * process would be left over.
 */
export function endWithParent(): void {
  const parent = process.ppid;
  setInterval(() => {
    // As if it had reached us, so that everything is ended in the same way.
    if (process.ppid !== parent) process.kill(process.pid, 'SIGTERM');
  }, LOOK_EVERY_MS).unref();
}
