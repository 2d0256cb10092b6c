import { spawn } from 'node:child_process';

/**
 * A terminal in which blocks of a page are pasted one after the other. Variables that one block sets are there for the
 * next one.
 */
export type Shell = {
  /** Runs them, and returns what they printed and how the last one ended. */
  paste(commands: string): Promise<{ output: string; exitCode: number }>;
  close(): void;
};

export function openShell(folder: string, env: Readonly<Record<string, string>> = {}): Shell {
  const bash = spawn('bash', ['--noprofile', '--norc'], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let output = '';
  let hasEnded = false;
  let heard: () => void = () => undefined;
  bash.once('exit', () => {
    hasEnded = true;
    heard();
  });
  for (const stream of [bash.stdout, bash.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
      heard();
    });
  let pastes = 0;
  return {
    async paste(commands) {
      pastes += 1;
      const end = new RegExp(`end of paste ${pastes}: (\\d+)\\n`);
      output = '';
      const { promise, resolve } = Promise.withResolvers<void>();
      heard = () => {
        if (hasEnded || end.test(output)) resolve();
      };
      bash.stdin.write(`${commands}\necho "end of paste ${pastes}: $?"\n`);
      await promise;
      return { output: output.replace(end, ''), exitCode: Number(end.exec(output)?.[1] ?? -1) };
    },
    close: () => void bash.kill(),
  };
}
