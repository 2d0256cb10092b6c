/** T15: the list of domains that strangers have hosts below is the one of the tldts that is installed. */
import { parse } from 'tldts';
import { expect, it } from 'vitest';

import { readOriginEntry } from '../../../worker/schema/settings/allowed-origin-entry.ts';
import { SHARED_PARENTS } from '../../../worker/schema/settings/shared-parents.ts';

it('refuses a wildcard over every public suffix that is known, and over whatever is above one', () => {
  expect(SHARED_PARENTS.size).toBeGreaterThan(300);
  for (const host of SHARED_PARENTS) {
    // None is on the list that tldts would refuse by itself.
    expect(parse(host, { allowPrivateDomains: true }).publicSuffix).not.toBe(host);
    expect(readOriginEntry(`https://*.${host}`)).toMatchObject({ kind: 'problem' });
  }
});

it('takes a wildcard below a name of one’s own there', () => {
  for (const host of [
    'shop.s3.eu-central-1.amazonaws.com',
    'shop.azurewebsites.net',
    'my-shop.vercel.app',
    'example.com',
  ])
    expect(readOriginEntry(`https://*.${host}`)).toEqual({ kind: 'origin', origin: `https://*.${host}` });
});
