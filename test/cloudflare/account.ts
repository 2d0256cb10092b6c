/** The contents of an account at Cloudflare. */
import type { AssetConfig } from './asset-config.ts';
import type { Binding } from './binding.ts';

type Namespace = { readonly id: string; readonly title: string };
export type Zone = { readonly id: string; readonly name: string };

export type Module = { readonly name: string; readonly type: string; readonly content: Uint8Array };

export type Assets = {
  /** Contents by path, such as `/df.js`. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  readonly config: AssetConfig;
};

/** One uploaded version of a script. */
export type Version = {
  readonly id: string;
  readonly mainModule: string;
  readonly modules: readonly Module[];
  readonly bindings: readonly Binding[];
  readonly compatibilityDate: string;
  readonly compatibilityFlags: readonly string[];
  readonly assets: Assets | undefined;
  readonly observability: unknown;
  /** The classes of objects after its deploy, with their storage. */
  readonly classes: ReadonlyMap<string, string>;
};

export type Script = {
  readonly name: string;
  readonly tag: string;
  /** The latest one is deployed. */
  readonly versions: Version[];
  /** The storage of each class that has ever been provisioned and not been deleted: `sqlite` or `legacy-kv`. */
  readonly classes: Map<string, string>;
  readonly secrets: Map<string, string>;
  workersDev: boolean;
  crons: readonly string[];
  /** Patterns such as `www.example.com/_df/*`. */
  routes: readonly string[];
  /** Host names that belong to this script alone. */
  domains: readonly string[];
};

export type Account = {
  readonly id: string;
  readonly name: string;
  /** `example` in `example.workers.dev`, once it is registered. */
  subdomain: string | undefined;
  readonly zones: readonly Zone[];
  readonly namespaces: Map<string, Namespace>;
  readonly scripts: Map<string, Script>;
  /** Files that were uploaded, by hash. */
  readonly uploads: Map<string, Uint8Array>;
};

/** Returns the version that answers requests. */
export function deployed(script: Script): Version | undefined {
  return script.versions.at(-1);
}

/** Finds the zone of a host, as Cloudflare does: the longest one that is the host or above it. */
export function zoneOf(account: Account, host: string): Zone | undefined {
  return account.zones
    .filter(({ name }) => host === name || host.endsWith(`.${name}`))
    .toSorted((one, other) => other.name.length - one.name.length)[0];
}
