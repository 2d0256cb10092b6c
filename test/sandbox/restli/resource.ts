import type { Call } from '../call.ts';
import type { SandboxResponse } from '../response.ts';
import type { World } from '../world.ts';
import type { Bearer } from './valid-token.ts';

/** A call that has passed the gateway. */
export type Visit = {
  readonly call: Call;
  readonly world: World;
  readonly bearer: Bearer;
  /** `202609`. */
  readonly version: string;
  /** The groups of the resource's path: its keys, still percent-encoded. */
  readonly keys: readonly (string | undefined)[];
  readonly params: ReadonlyMap<string, string>;
  /** The parsed body; undefined when the method has none. */
  readonly body: unknown;
  readonly requestId: number;
  readonly now: number;
};

/**
 * Checks a call completely, and returns the function that executes it. The rate is checked between the two, and a
 * refused call must not change anything.
 */
type Method = (visit: Visit) => () => SandboxResponse;

/** A resource behind the gateway, as data. */
export type Resource = {
  readonly name: string;
  readonly path: RegExp;
  /** Any one of these is enough. */
  readonly scopes: readonly string[];
  /** Its URLs can only be read under `X-Restli-Protocol-Version: 2.0.0`. */
  readonly needsProtocol2: boolean;
  /** By Rest.li's name: CREATE, BATCH_CREATE, GET, FINDER-account, PARTIAL_UPDATE, … */
  readonly methods: Readonly<Record<string, Method>>;
};
