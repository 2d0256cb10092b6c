import * as prompts from '@clack/prompts';
import type { Command } from 'commander';

import { snippet } from '../../client/tag/snippet.ts';
import type { Options } from './answers.ts';
import { beginQuestions } from './questions.ts';
import { type Outcome, setUp } from './setup.ts';

/** Adds the command `setup`. */
export function addSetup(program: Command): void {
  program
    .command('setup')
    .description('deploys Directflight to your Cloudflare account, or changes where it runs')
    .option('--host <host>', 'the host: www.example.com, or t.example.com with --path /')
    .option('--path <path>', 'the path on that host; / for a host of its own (default: /_df)')
    .option('--workers-dev', 'runs at workers.dev instead, to try it')
    .option('--site <url>', 'the website that sends events (default: the host)')
    .option('--name <name>', 'the Worker’s name at Cloudflare (default: directflight)')
    .option('--account <id>', 'the Cloudflare account, if you have several')
    .option('--var <NAME=VALUE>', 'a setting of docs/reference/settings.md; may be repeated', collected)
    .option('--secrets-file <path>', 'the file for the created secrets (default: .directflight/secrets.json)')
    .option('--take-over-host', 'replaces the DNS record of a host that is in use')
    .option('--wait <seconds>', 'how long to wait until it answers (default: 180)')
    .option('--yes', 'asks nothing')
    .option('--json', 'asks nothing, and prints JSON')
    .helpOption('-h, --help', 'prints this help')
    .exitOverride()
    .addHelpText(
      'after',
      `
Every step can be repeated: run it again after a failure, or with another host.
Your answers are kept in wrangler.local.jsonc, which Git ignores. Without a terminal nothing is asked.

Environment:
  CLOUDFLARE_API_TOKEN, CLOUDFLARE_ACCOUNT_ID   instead of \`npx wrangler login\`
  ADMIN_TOKEN, ENCRYPTION_KEY                   your own secrets (default: they are created)`,
    )
    .action(run);
}

const collected = (value: string, before: string[] = []): string[] => [...before, value];

async function run(options: Options): Promise<void> {
  const isForPeople = options.json !== true;
  const isInteractive =
    isForPeople &&
    options.yes !== true &&
    process.stdin.isTTY &&
    process.stdout.isTTY &&
    process.env['CI'] === undefined;
  if (isInteractive) beginQuestions();
  const outcome = await setUp(options, {
    say: (line) => {
      if (isInteractive) prompts.log.step(line);
      else if (isForPeople) console.log(`${line}…`);
    },
    environment: process.env,
    isInteractive,
    from: process.cwd(),
  });
  const { admin_token: adminToken, token: _token, ...rest } = outcome;
  if (isForPeople) console.log(`\n${toText(outcome, process.stdout.isTTY ? adminToken : undefined)}`);
  // A program reads the token from the file. Logs of CI are no place for it.
  else console.log(JSON.stringify({ ...rest, source: rest.source ?? null, snippet: snippetOf(outcome) }));
}

function snippetOf({ url, source }: Outcome): string {
  return snippet({ src: `${url}/df.js`, writeKey: source?.write_key ?? 'wk_…' });
}

const TOKEN_FROM = {
  file: (path: string) => `ADMIN_TOKEN, from ${path}`,
  environment: () => 'the ADMIN_TOKEN of this terminal',
  unknown: () => 'ADMIN_TOKEN',
};

/** @param shown The token, only in a terminal. */
function toText(outcome: Outcome, shown: string | undefined): string {
  const { url, token, console: consoleUrl, source, settings_file, secrets_file, made_secrets } = outcome;
  const isMade = made_secrets.length > 0;
  return [
    `Directflight answers at ${url}`,
    '',
    `  Console   ${consoleUrl}`,
    `  Sign in   ${made_secrets.includes('ADMIN_TOKEN') && shown !== undefined ? shown : `with ${TOKEN_FROM[token.tokenFrom ?? 'unknown'](secrets_file)}`}`,
    ...(token.isLocalTokenIgnored
      ? ['            The ADMIN_TOKEN of this terminal belongs to `npm run dev`, so it was not used.']
      : []),
    `  Settings  ${settings_file}: change it and run \`npm run deploy\``,
    isMade
      ? `  Secrets   ${secrets_file}: copy ${made_secrets.join(' and ')} to a safe place. Without ENCRYPTION_KEY, stored tokens can't be read.`
      : '  Secrets   unchanged',
    '',
    source === undefined
      ? 'Put this into the <head> of your pages. The console shows your write key:'
      : `Put this into the <head> of your pages (source ${source.id}):`,
    '',
    snippetOf(outcome),
    '',
    'Next: connect LinkedIn in the console.',
  ].join('\n');
}
