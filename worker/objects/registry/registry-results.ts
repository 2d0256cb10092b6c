import type { FieldProblem } from '../../schema/problem.ts';
import type { AccessTokenView } from '../../schema/settings/access-token.ts';
import type { Integration, REMOVABLE_SETTINGS } from '../../schema/settings/integration.ts';
import type { Mapping } from '../../schema/settings/mapping.ts';

export type Saved = { kind: 'saved' } | { kind: 'conflict'; with: 'id' | 'write_key' } | { kind: 'unknown_source' };

type Config = Integration['config'];
type Removable = (typeof REMOVABLE_SETTINGS)[number];

/** A change of an integration's settings. Null removes a setting. */
export type ConfigChange = Omit<Partial<Config>, Removable> & {
  [Name in Removable]?: NonNullable<Config[Name]> | null;
};

/** A change of an integration. Fields that are left out stay, within `config` and `secrets` too. */
export type IntegrationChange = Partial<Pick<Integration, 'name' | 'enabled' | 'consent_categories'>> & {
  config: ConfigChange;
  secrets?: Partial<Integration['secrets']>;
};

/**
 * The version that a change is meant for, from `If-Match` (undefined: any), and the time of the change. For
 * integrations, also the incarnation: if the integration was deleted and created again since the caller read it, it is
 * a different one.
 */
export type Precondition = { ifMatch: string | undefined; now: string };
export type IntegrationPrecondition = Precondition & { incarnation: string | undefined };

/** `stale`: it was changed after the caller read it. */
export type Changed<Value> =
  /** `before` is missing from an object of an older release. */
  { kind: 'changed'; value: Value; before?: Value } | { kind: 'not_found' } | { kind: 'stale' };

/** `refused`: the resulting settings contradict each other. */
export type IntegrationChanged = Changed<Integration> | { kind: 'refused'; problems: FieldProblem[] };

export type MappingAdded = 'saved' | 'too_many' | 'conflict' | 'not_found' | 'stale';

/** `refused`: the resulting mapping could never work. */
export type MappingChanged =
  /** With the new version of the integration that contains the mapping. */
  | { kind: 'changed'; value: Mapping; before?: Mapping; updated_at: string }
  | { kind: 'not_found' }
  | { kind: 'stale' }
  | { kind: 'refused'; problems: FieldProblem[] };

export type TokenAdded = { kind: 'added'; token: AccessTokenView } | { kind: 'unknown_source'; index: number };
