/** Ends the process with one sentence. A person reads it, and a stack trace wouldn't help them. */
export function giveUp(words: string): never {
  console.error(`Cannot start: ${words}`);
  process.exit(1);
}
