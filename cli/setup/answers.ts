import { CommandError, EXIT } from '../instance.ts';
import type { Settings } from './own-settings.ts';

/** Where the instance is reachable. */
export type Place =
  | { kind: 'workers.dev' }
  /** A path of a host that also serves something else: a route. */
  | { kind: 'path'; host: string; path: string }
  /** A host that Directflight has for itself: a custom domain. */
  | { kind: 'host'; host: string };

/** The options of `setup`. */
export type Options = {
  host?: string;
  path?: string;
  workersDev?: true;
  name?: string;
  account?: string;
  site?: string;
  var?: string[];
  secretsFile?: string;
  takeOverHost?: true;
  wait?: string;
  yes?: true;
  json?: true;
};

/**
 * Reads the place from the options.
 *
 * @returns Undefined if they don't name one.
 * @throws CommandError
 */
export function placeIn({ host, path, workersDev }: Options): Place | undefined {
  if (host !== undefined && workersDev === true)
    throw new CommandError('Use either --host or --workers-dev, not both.', EXIT.wrongUse);
  if (workersDev === true) return { kind: 'workers.dev' };
  if (host === undefined) {
    if (path !== undefined) throw new CommandError('--path needs --host.', EXIT.wrongUse);
    return undefined;
  }
  return placeOf(hostIn(host), pathIn(path ?? DEFAULT_PATH));
}

export const DEFAULT_PATH = '/_df';

export function placeOf(host: string, path: string): Place {
  return path === '' ? { kind: 'host', host } : { kind: 'path', host, path };
}

/**
 * Reads a host as people type it, also with `https://` and a slash.
 *
 * @throws CommandError
 */
export function hostIn(text: string): string {
  const host = hostOf(text);
  if (host === undefined)
    throw new CommandError(`Expected a host such as www.example.com, saw "${text}".`, EXIT.wrongUse);
  return host;
}

/** Returns undefined if the text is no host with a public domain. */
export function hostOf(text: string): string | undefined {
  const url = URL.parse(`https://${text.trim().replace(/^https?:\/\//i, '')}`);
  if (
    url === null ||
    url.port !== '' ||
    url.username !== '' ||
    !['', '/'].includes(url.pathname + url.search + url.hash)
  )
    return undefined;
  return /^(?:[a-z0-9-]+\.)+[a-z][a-z0-9-]+$/.test(url.hostname) ? url.hostname : undefined;
}

/**
 * Reads a path as people type it.
 *
 * @returns With a slash before it and none after it; empty for the whole host.
 * @throws CommandError
 */
export function pathIn(text: string): string {
  const path = pathOf(text);
  if (path === undefined) throw new CommandError(`Expected a path such as /_df, saw "${text}".`, EXIT.wrongUse);
  return path;
}

/** Returns undefined if the text is no path. */
export function pathOf(text: string): string | undefined {
  const path = text.trim().replace(/^\/*/, '/').replace(/\/+$/, '');
  return /^(?:\/[A-Za-z0-9._~-]+)*$/.test(path) ? path : undefined;
}

/** Reads `KEY=VALUE` options. @throws CommandError */
export function varsIn({ var: texts = [] }: Options): [name: string, value: string][] {
  return texts.map((text) => {
    const [, name, value] = /^([A-Z][A-Z0-9_]*)=(.*)$/s.exec(text) ?? [];
    if (name === undefined || value === undefined)
      throw new CommandError(`Expected --var NAME=VALUE, saw "${text}".`, EXIT.wrongUse);
    if (SECRETS.includes(name))
      throw new CommandError(`${name} is a secret. Set it in the environment, not with --var.`, EXIT.wrongUse);
    return [name, value];
  });
}

const SECRETS = ['ADMIN_TOKEN', 'ENCRYPTION_KEY'];

/** Reads the place from the settings that an earlier run has written. */
export function placeOfSettings(settings: Settings | undefined): Place | undefined {
  const { routes, vars, workers_dev: workersDev } = Object(settings);
  const [route] = Array.isArray(routes) ? routes : [];
  const pattern: unknown = typeof route === 'string' ? route : Object(route).pattern;
  if (typeof pattern !== 'string') return workersDev === true ? { kind: 'workers.dev' } : undefined;
  const [host = ''] = pattern.split('/', 1);
  const { BASE_PATH: path } = Object(vars);
  return placeOf(host, typeof path === 'string' ? path : '');
}

/** The settings that make the place, for `writeOwnSettings`. */
export function settingsOf(place: Place): (readonly [path: readonly string[], value: unknown])[] {
  const { routes, base, url } = detailsOf(place);
  return [
    [['workers_dev'], place.kind === 'workers.dev' ? true : undefined],
    [['routes'], routes],
    [['vars', 'BASE_PATH'], base],
    ...(url === undefined ? [] : [[['vars', 'PUBLIC_URL'], url] as const]),
  ];
}

function detailsOf(place: Place) {
  switch (place.kind) {
    case 'workers.dev':
      // Its address is known after the first deploy.
      return { routes: undefined, base: '', url: undefined };
    case 'host':
      return { routes: [{ pattern: place.host, custom_domain: true }], base: '', url: `https://${place.host}` };
    case 'path':
      return { routes: [`${place.host}${place.path}/*`], base: place.path, url: `https://${place.host}` };
  }
}
