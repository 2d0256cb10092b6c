import { spawn } from 'node:child_process';
import { stripVTControlCharacters } from 'node:util';

import type { Ended } from './run-command.ts';

/** A question on the screen, and the keys that a person presses. */
export type Answer = readonly [question: RegExp, keys: string];

export const ENTER = '\r';
export const DOWN = '\u001B[B';

/** An unexpected question would wait for ever. After this time, the test shows the screen and fails. */
const DEADLINE_MS = 240_000;

/**
 * Runs a command in a terminal (Linux: util-linux's `script`), and answers its questions in order.
 *
 * @param options.isSized False for a terminal that says that it has no columns.
 * @returns What was on the screen, without colours.
 */
export function runInTerminal(
  command: string,
  {
    cwd,
    env,
    answers,
    isSized = true,
  }: { cwd: string; env: NodeJS.ProcessEnv; answers: readonly Answer[]; isSized?: boolean },
): Promise<Ended> {
  // As its input is a pipe, `script` makes a terminal of no columns, in which each character is a line of its own.
  const sized = isSized ? `stty cols 120 rows 40\n${command}` : command;
  const child = spawn('script', ['-qfec', sized, '/dev/null'], { cwd, env, timeout: DEADLINE_MS });
  let screen = '';
  let seen = 0;
  const left = [...answers];
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    screen += stripVTControlCharacters(text);
    const [next] = left;
    if (next === undefined || !next[0].test(screen.slice(seen))) return;
    left.shift();
    seen = screen.length;
    child.stdin.write(next[1]);
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code: code ?? -1, stdout: screen, stderr: '' }));
  });
}
