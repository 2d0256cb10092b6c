/** The parts of a release that matter for an upgrade. */
import * as v from 'valibot';

import { SETTING_DEFAULTS } from './settings/integration.ts';
import { TABLE_VERSIONS } from './table-versions.ts';
import { VERSION } from './version.ts';

const Release = v.object({
  version: v.string(),
  /** The version of each object's tables: the number of migrations. */
  tables: v.record(v.string(), v.number()),
  /** The classes of Durable Objects. Cloudflare refuses a deploy that leaves out one with data. */
  objects: v.array(v.string()),
  /** The names of all vars and secrets that a person may set. */
  settings: v.array(v.string()),
  /** LinkedIn's API version for integrations that name none. */
  linkedin_version: v.string(),
});
export type Release = v.InferOutput<typeof Release>;

/** `GET /v1/admin/instance`: the release that runs, and the names of the vars and secrets that it has. */
export const InstanceView = v.object({ ...Release.entries, settings_in_use: v.array(v.string()) });
export type InstanceView = v.InferOutput<typeof InstanceView>;

const SETTINGS_0_1 = [
  'ADMIN_TOKEN',
  'ENCRYPTION_KEY',
  'ACCESS_TEAM_DOMAIN',
  'ACCESS_AUD',
  'ACCESS_ROLE',
  'BASE_PATH',
  'LOCATION_HINT',
  'PUBLIC_URL',
  'LINKEDIN_API_URL',
  'LINKEDIN_AUTH_URL',
];

/** This release. A test compares it with the migrations, wrangler.toml and docs/reference/settings.md. */
export const RELEASE: Release = {
  version: VERSION,
  tables: TABLE_VERSIONS,
  objects: [
    'Registry',
    'Outbox',
    'Tally',
    'Refusals',
    'Imports',
    'Credentials',
    'RateLimiter',
    'Alerts',
    'PayloadKeyStore',
  ],
  settings: [...SETTINGS_0_1, 'JURISDICTION'],
  linkedin_version: SETTING_DEFAULTS.linkedin_version,
};

/** The last release that does not report its parts. */
export const RELEASE_0_1: Release = {
  ...RELEASE,
  version: '0.1.0',
  tables: { registry: 8, outbox: 23, tally: 1, refusals: 1, imports: 1 },
  objects: ['Registry', 'Outbox', 'Tally', 'Refusals', 'Imports', 'Credentials', 'RateLimiter'],
  settings: [...SETTINGS_0_1],
  linkedin_version: '202609',
};
