import type { FieldProblem } from '../../schema/problem.ts';
import type { AccessTokenView } from '../../schema/settings/access-token.ts';
import type { Integration } from '../../schema/settings/integration.ts';
import type { Mapping } from '../../schema/settings/mapping.ts';

export type Saved = { kind: 'saved' } | { kind: 'conflict'; with: 'id' | 'write_key' } | { kind: 'unknown_source' };

/** What of an integration changes; within `config` and `secrets` too, what is left out stays. */
export type IntegrationChange = Partial<Pick<Integration, 'name' | 'enabled' | 'consent_categories'>> & {
  config: Partial<Integration['config']>;
  secrets?: Partial<Integration['secrets']>;
};

/**
 * Which version a change is meant for, as `If-Match` says it; undefined: any. Of an integration also which one of its id:
 * one that was made anew since the caller looked is somebody else's. And when it is made.
 */
export type Precondition = { ifMatch: string | undefined; now: string };
export type IntegrationPrecondition = Precondition & { incarnation: string | undefined };

/** `stale`: somebody else has changed it since it was read. */
export type Changed<Value> = { kind: 'changed'; value: Value } | { kind: 'not_found' } | { kind: 'stale' };

/** `refused`: the settings that would have come of it do not go together. */
export type IntegrationChanged = Changed<Integration> | { kind: 'refused'; problems: FieldProblem[] };

export type MappingAdded = 'saved' | 'too_many' | 'conflict' | 'not_found' | 'stale';

/** `refused`: the mapping that would have come of it could never work. */
export type MappingChanged =
  /** With the integration's new version, of which it is a part. */
  | { kind: 'changed'; value: Mapping; updated_at: string }
  | { kind: 'not_found' }
  | { kind: 'stale' }
  | { kind: 'refused'; problems: FieldProblem[] };

export type TokenAdded = { kind: 'added'; token: AccessTokenView } | { kind: 'unknown_source'; index: number };
