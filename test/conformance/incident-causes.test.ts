/** Each kind of incident is opened by its real cause, and closed by its repair, in a test of the running product. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { CAUSES, type Cause } from '../../worker/schema/alerts/causes.ts';

/** The cause is LinkedIn, a person or a page. It takes seconds. */
const WATCHED = 'test/e2e/alerts/watched.test.ts';
/** A token is revoked, and the time until the webhook gets the alert is measured. */
const REVOKED = 'test/e2e/alerts/token-revoked.test.ts';
/** The cause is time, a disk, secrets or the platform. The clock is moved. */
const PLATFORM = 'test/platform/incidents.test.ts';
const VERSIONS = 'test/platform/newer-version.test.ts';

/** The test of each cause. The compiler says which one is missing. */
const TESTS: Readonly<Record<Cause, string>> = {
  access_denied: WATCHED,
  answers_unconfirmed: PLATFORM,
  click_ids_falling: PLATFORM,
  collector_failing: PLATFORM,
  connection_ending: PLATFORM,
  connection_held: WATCHED,
  consent_falling: PLATFORM,
  conversions_low: PLATFORM,
  credentials_missing: WATCHED,
  deliveries_failing: WATCHED,
  encryption_key_missing: PLATFORM,
  events_missing: PLATFORM,
  linkedin_unreachable: PLATFORM,
  outbox_filling: PLATFORM,
  outbox_full: PLATFORM,
  payload_key_missing: PLATFORM,
  queue_stuck: PLATFORM,
  refused_unknown: WATCHED,
  rule_held: WATCHED,
  token_ending: PLATFORM,
  token_refused: REVOKED,
  traffic_refused: WATCHED,
  value_falling: PLATFORM,
  version_refused: VERSIONS,
  version_retired: WATCHED,
  version_retiring: VERSIONS,
};

it.each(Object.keys(CAUSES))('%s is opened and closed in an end-to-end test', async (cause) => {
  const file = Object.entries(TESTS).find(([name]) => name === cause)?.[1];
  if (file === undefined) throw new Error(`No test opens and closes ${cause}`);

  const text = await readFile(join(import.meta.dirname, '../..', file), 'utf8');

  // The cause is in a row of the test's table, or the test waits for it.
  expect(text).toMatch(new RegExp(`cause: '${cause}'|'${cause}'[\\],]`));
});
