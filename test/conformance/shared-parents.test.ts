/** T15: the list of domains that strangers have hosts below is the one of the tldts that is installed. */
import { expect, it } from 'vitest';

import { sharedParents } from '../../scripts/shared-parents.ts';
import { SHARED_PARENTS } from '../../worker/schema/settings/shared-parents.ts';

it('worker/schema/settings/shared-parents.ts is made anew after an update of tldts', async () => {
  expect([...SHARED_PARENTS]).toEqual(await sharedParents());
});
