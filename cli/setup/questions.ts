import * as prompts from '@clack/prompts';

import { CommandError, EXIT } from '../instance.ts';
import { DEFAULT_PATH, hostIn, hostOf, pathIn, pathOf, type Place, placeOf } from './answers.ts';

/** Begins to ask. Some terminals say that they have no columns (`script`, consoles of CI); each letter would get a line. */
export function beginQuestions(terminal: Pick<NodeJS.WriteStream, 'columns' | 'rows'> = process.stdout): void {
  if (!(terminal.columns > 0)) terminal.columns = 80;
  if (!(terminal.rows > 0)) terminal.rows = 24;
  prompts.intro('Directflight');
}

/** What to do next, asked in a terminal. */
export async function askPlace(): Promise<Place> {
  const kind = await answered(
    prompts.select({
      message: 'Where should it run?',
      options: [
        { value: 'path', label: 'On your website’s host, below a path', hint: 'best: www.example.com/_df' },
        { value: 'host', label: 'On a host of its own', hint: 't.example.com' },
        { value: 'workers.dev', label: 'At workers.dev', hint: 'to try it: its cookies are not first-party' },
      ],
    }),
  );
  if (kind === 'workers.dev') return { kind };
  const host = await answered(
    prompts.text({
      message: 'Host (its domain must be in your Cloudflare account)',
      placeholder: kind === 'path' ? 'www.example.com' : 't.example.com',
      validate: (text = '') => (hostOf(text) === undefined ? 'Enter a host, such as www.example.com' : undefined),
    }),
  );
  if (kind === 'host') return { kind, host: hostIn(host) };
  const path = await answered(
    prompts.text({
      message: 'Path',
      initialValue: DEFAULT_PATH,
      validate: (text = '') => ((pathOf(text) ?? '') === '' ? 'Enter a path, such as /_df' : undefined),
    }),
  );
  return placeOf(hostIn(host), pathIn(path));
}

export async function askAccount(accounts: readonly { id: string; name: string }[]): Promise<string> {
  return answered(
    prompts.select({
      message: 'Which Cloudflare account?',
      options: accounts.map(({ id, name }) => ({ value: id, label: name })),
    }),
  );
}

/** Asks for the address of the website that sends events. */
export async function askSite(suggested: string): Promise<string> {
  return answered(
    prompts.text({
      message: 'Address of the website that will send events',
      initialValue: suggested,
      placeholder: 'https://www.example.com',
      validate: (text = '') => (URL.canParse(text) ? undefined : 'Enter an address, such as https://www.example.com'),
    }),
  );
}

export async function confirmed(message: string): Promise<boolean> {
  return answered(prompts.confirm({ message }));
}

/** @throws CommandError when the person has pressed Ctrl-C. */
async function answered<Value>(question: Promise<Value | typeof prompts.CANCEL_SYMBOL>): Promise<Value> {
  const answer = await question;
  if (prompts.isCancel(answer)) throw new CommandError('Cancelled. Run the command again to continue.', EXIT.wrongUse);
  return answer;
}
