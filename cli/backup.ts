import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';

import { CommandError, EXIT } from './instance.ts';
import type { Instance } from './instance.ts';

/** Well below what Cloudflare accepts in one request (100 MB), and what it may take to restore. */
const PART_CHARS = 8_000_000;

/** A part that was lost on the way is sent again: lines that are restored already are skipped. */
const TRIES = 5;

type Progress = { next_line: number; is_complete: boolean };

/**
 * Writes a backup to a file or a pipe.
 *
 * @param how.isStopped Stops the instance first, and leaves it stopped, because it moves.
 * @returns The number of lines.
 * @throws CommandError when it is not complete.
 */
export async function backUp(instance: Instance, output: Writable, how: { isStopped: boolean }): Promise<number> {
  if (how.isStopped) await instance.call('POST', '/stop');
  const file = await instance.download('/backup');
  const decoder = new TextDecoder();
  let lines = 0;
  let tail = '';
  try {
    for await (const chunk of file) {
      const text = decoder.decode(chunk, { stream: true });
      lines += text.split('\n').length - 1;
      tail = (tail + text).slice(-200);
      if (!output.write(chunk)) await new Promise((resolve) => output.once('drain', resolve));
    }
  } catch {
    throw incomplete();
  }
  if (!/\n?\{"n":\d+,"record":"end","mac":"[\w-]+"\}\n$/.test(tail)) throw incomplete();
  return lines;
}

/**
 * Restores a backup from a file or a pipe, in parts that are small enough for one request. If that fails, the instance
 * is empty again.
 *
 * @returns The number of lines.
 * @throws CommandError
 */
export async function restore(instance: Instance, input: Readable): Promise<number> {
  let part: string[] = [];
  let chars = 0;
  let progress: Progress = { next_line: 1, is_complete: false };
  try {
    for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
      part.push(line);
      chars += line.length;
      if (chars < PART_CHARS) continue;
      progress = await sendPart(instance, part);
      part = [];
      chars = 0;
    }
    if (part.length > 0) progress = await sendPart(instance, part);
    if (!progress.is_complete)
      throw new CommandError(
        `The backup has no end: it was cut off after line ${progress.next_line - 1}. Nothing was restored.`,
        EXIT.wrongUse,
      );
  } catch (error) {
    await giveUp(instance, error);
    throw error;
  }
  return progress.next_line - 1;
}

async function sendPart(instance: Instance, lines: readonly string[]): Promise<Progress> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await instance.call<Progress>('POST', '/restore?more=true', `${lines.join('\n')}\n`);
    } catch (error) {
      // Exit code 1: the instance could not be reached, or answered 5xx.
      const isPassing = error instanceof CommandError && error.exitCode === EXIT.found;
      if (!isPassing || tried === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1_000 * 2 ** tried));
    }
  }
}

/** A restore that was never begun by this command, such as one into an instance with settings, is left alone. */
async function giveUp(instance: Instance, error: unknown): Promise<void> {
  if (error instanceof CommandError && (error.problem === 'not_empty' || error.problem === 'in_progress')) return;
  await instance.call('DELETE', '/restore').catch(() => undefined);
}

function incomplete(): CommandError {
  return new CommandError('The backup was cut off and is not complete. Run the command again.', EXIT.found);
}
