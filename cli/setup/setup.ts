import { join } from 'node:path';

import { CommandError, EXIT } from '../instance.ts';
import { type Options, type Place, placeIn, placeOfSettings, settingsOf, varsIn } from './answers.ts';
import { firstSource } from './first-source.ts';
import { readOwnSettings, type Settings, writeOwnSettings } from './own-settings.ts';
import { findProject } from './project.ts';
import { askAccount, askPlace, askSite, confirmed } from './questions.ts';
import { lookAt, untilReachable } from './reachable.ts';
import { SECRETS_FILE, type StoredSecrets, storeSecrets } from './secrets.ts';
import { Wrangler } from './wrangler.ts';

/** wrangler.toml's. */
const DEFAULT_NAME = 'directflight';
const DEFAULT_WAIT_SECONDS = 180;
/** How long a token that was stored just now may be refused. */
const NEW_TOKEN_MS = 60_000;

/** The result that `setup` prints. */
export type Outcome = {
  /** The instance's address, with the base path. */
  url: string;
  console: string;
  /** Undefined if no token is known with which to ask for it. */
  source: { id: string; write_key: string } | undefined;
  settings_file: string;
  secrets_file: string;
  /** The secrets that this run has made. */
  made_secrets: readonly string[];
  admin_token: string | undefined;
  /** Where a person finds the token, and whether the one of `npm run dev` was passed over. */
  token: Pick<StoredSecrets, 'tokenFrom' | 'isLocalTokenIgnored'>;
};

type Context = {
  /** Reports the progress to a person. */
  say: (line: string) => void;
  environment: NodeJS.ProcessEnv;
  isInteractive: boolean;
  from: string;
};

/**
 * Brings an instance to Cloudflare, from settings to a healthy answer. Each step looks at what is there first, so the
 * command can be run again after a failure, after an upgrade, or to change the place.
 *
 * @throws CommandError
 */
export async function setUp(options: Options, { say, environment, isInteractive, from }: Context): Promise<Outcome> {
  const vars = varsIn(options);
  const waitMs = waitIn(options);
  const named = placeIn(options);
  const project = await findProject(from);
  const before = await readOwnSettings(project);
  const known = named ?? placeOfSettings(before);
  if (known === undefined && !isInteractive) throw noPlace();
  const wrangler = new Wrangler(project, environment);

  say('Cloudflare account');
  const account = await signedIn(wrangler, { options, before, environment, isInteractive });

  const place = known ?? (await askPlace());
  await guardHost(place, { options, before, isInteractive });
  await writeOwnSettings(project, [
    ...(account === undefined ? [] : [[['account_id'], account] as const]),
    ...(options.name === undefined ? [] : [[['name'], options.name] as const]),
    ...settingsOf(place),
    ...vars.map(([name, value]) => [['vars', name], value] as const),
  ]);

  say('Deploying');
  let targets = await deployed(wrangler, project, { isInteractive });
  const origin = originOf(place, targets);
  if (place.kind === 'workers.dev' && publicUrlIn(await readOwnSettings(project)) !== origin) {
    await writeOwnSettings(project, [[['vars', 'PUBLIC_URL'], origin]]);
    say('Deploying again, with its address');
    targets = await wrangler.deploy({ isInteractive });
  }

  say('Secrets');
  const secretsFile = join(project, options.secretsFile ?? SECRETS_FILE);
  const { known: secrets, made, ...token } = await storeSecrets(wrangler, { file: secretsFile, environment });

  const url = place.kind === 'path' ? `${origin}${place.path}` : origin;
  say(`Waiting for ${url}/healthz`);
  await untilReachable(url, waitMs);

  return {
    url,
    console: `${url}/console`,
    source: await sourceOf({ url, place, options, isInteractive, token: secrets.ADMIN_TOKEN, isNew: made.length > 0 }),
    settings_file: 'wrangler.local.jsonc',
    secrets_file: secretsFile,
    made_secrets: made,
    admin_token: secrets.ADMIN_TOKEN,
    token,
  };
}

/**
 * Deploys. A first deploy that failed after it had made the KV namespace would fail again, because wrangler makes one
 * with the same title; so that one is written into the settings.
 *
 * @throws CommandError
 */
async function deployed(
  wrangler: Wrangler,
  project: string,
  { isInteractive }: { isInteractive: boolean },
): Promise<string[]> {
  try {
    return await wrangler.deploy({ isInteractive });
  } catch (error) {
    const settings = await readOwnSettings(project);
    const name = settings?.['name'];
    const title = `${typeof name === 'string' ? name : DEFAULT_NAME}-config`;
    const id = settings?.['kv_namespaces'] === undefined ? await wrangler.namespaceOf(title) : undefined;
    if (id === undefined) throw error;
    await writeOwnSettings(project, [[['kv_namespaces'], [{ binding: 'CONFIG', id }]]]);
    return wrangler.deploy({ isInteractive });
  }
}

/**
 * Makes sure that wrangler is signed in.
 *
 * @returns The account to write into the settings, if a choice was made.
 * @throws CommandError that says how to sign in.
 */
async function signedIn(
  wrangler: Wrangler,
  {
    options,
    before,
    environment,
    isInteractive,
  }: { options: Options; before: Settings | undefined; environment: NodeJS.ProcessEnv; isInteractive: boolean },
): Promise<string | undefined> {
  let who = await whoAmI(wrangler);
  if (
    !who.loggedIn &&
    isInteractive &&
    (await confirmed('You are not signed in to Cloudflare. Sign in with the browser now?'))
  ) {
    await wrangler.run(['login'], { isInteractive });
    who = await whoAmI(wrangler);
  }
  if (!who.loggedIn)
    throw new CommandError(
      `You are not signed in to Cloudflare.
  On your machine:  npx wrangler login
  In CI:            set CLOUDFLARE_API_TOKEN (dash.cloudflare.com › My Profile › API Tokens, template "Edit Cloudflare Workers")
  No account yet?   Create one at https://dash.cloudflare.com/sign-up. The free plan is enough to begin.
Then run the command again.`,
      EXIT.wrongUse,
    );
  if (options.account !== undefined) return options.account;
  const isChosen = before?.['account_id'] !== undefined || environment['CLOUDFLARE_ACCOUNT_ID'] !== undefined;
  const accounts = who.accounts ?? [];
  if (isChosen || accounts.length < 2) return undefined;
  if (isInteractive) return askAccount(accounts);
  throw new CommandError(
    `You have several Cloudflare accounts. Choose one with --account: ${accounts.map(({ id, name }) => `${id} (${name})`).join(', ')}.`,
    EXIT.wrongUse,
  );
}

type Who = { loggedIn: boolean; accounts?: { id: string; name: string }[] };

async function whoAmI(wrangler: Wrangler): Promise<Who> {
  const { stdout, stderr } = await wrangler.try(['whoami', '--json']);
  const json = /\{[\s\S]*\}/.exec(stdout)?.[0];
  // A token that may not list accounts can still deploy; the deploy says so if not.
  if (json === undefined) return { loggedIn: !/not (?:logged|authenticated)|Invalid/i.test(stdout + stderr) };
  return JSON.parse(json);
}

function noPlace(): CommandError {
  return new CommandError(
    'Say where it should run: --host www.example.com (below /_df, or --path), or --workers-dev to try it without a host of your own.',
    EXIT.wrongUse,
  );
}

/**
 * Makes sure that no host is taken from another program, because without a terminal, wrangler replaces its DNS record
 * without asking.
 *
 * @throws CommandError
 */
async function guardHost(
  place: Place,
  { options, before, isInteractive }: { options: Options; before: Settings | undefined; isInteractive: boolean },
): Promise<void> {
  if (place.kind !== 'host' || options.takeOverHost === true) return;
  const known = placeOfSettings(before);
  if (known?.kind === 'host' && known.host === place.host) return;
  const found = await lookAt(`https://${place.host}`);
  if (found.kind !== 'another') return;
  const warning = `https://${place.host} is in use (${found.reason}). Its DNS record would be replaced.`;
  if (isInteractive && (await confirmed(`${warning} Replace it?`))) return;
  throw new CommandError(
    `${warning} Choose a host of its own, such as t.example.com, or a path of this one with --path /_df. --take-over-host replaces it.`,
    EXIT.wrongUse,
  );
}

function originOf(place: Place, targets: readonly string[]): string {
  if (place.kind !== 'workers.dev') return `https://${place.host}`;
  const address = targets.find((target) => target.endsWith('.workers.dev'));
  if (address === undefined)
    throw new CommandError('It is deployed, but wrangler reported no workers.dev address.', EXIT.found);
  return address.replace(/^(?!https:\/\/)/, 'https://');
}

function publicUrlIn(settings: Settings | undefined): unknown {
  return Object(settings?.['vars']).PUBLIC_URL;
}

async function sourceOf({
  url,
  place,
  options,
  isInteractive,
  token,
  isNew,
}: {
  url: string;
  place: Place;
  options: Options;
  isInteractive: boolean;
  token: string | undefined;
  isNew: boolean;
}): Promise<Outcome['source']> {
  if (token === undefined) return undefined;
  const suggested = options.site ?? (place.kind === 'path' ? `https://${place.host}` : '');
  const site = options.site === undefined && isInteractive && isNew ? await askSite(suggested) : suggested;
  return firstSource({
    url,
    token,
    site: site === '' ? undefined : new URL(site).origin,
    waitMs: isNew ? NEW_TOKEN_MS : 0,
  });
}

/** @throws CommandError */
function waitIn({ wait }: Options): number {
  const seconds = Number(wait ?? DEFAULT_WAIT_SECONDS);
  if (!Number.isInteger(seconds) || seconds < 0)
    throw new CommandError(`Expected a number of seconds in --wait, saw "${wait}".`, EXIT.wrongUse);
  return seconds * 1000;
}
