/** T15: the list of domains with strangers' hosts below them matches the installed tldts. */
import { expect, it } from 'vitest';

import { sharedParents } from '../../scripts/shared-parents.ts';
import { SHARED_PARENTS } from '../../worker/schema/settings/shared-parents.ts';

it('worker/schema/settings/shared-parents.ts is up to date with tldts', async () => {
  expect([...SHARED_PARENTS]).toEqual(await sharedParents());
});
