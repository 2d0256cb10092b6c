/** T15: the list of domains with strangers' hosts below them matches the installed tldts. */
import { parse } from 'tldts';
import { expect, it } from 'vitest';

import { readOriginEntry } from '../../../worker/schema/settings/allowed-origin-entry.ts';
import { SHARED_PARENTS } from '../../../worker/schema/settings/shared-parents.ts';

it('refuses a wildcard over every known public suffix, and over its parents', () => {
  expect(SHARED_PARENTS.size).toBeGreaterThan(300);
  for (const host of SHARED_PARENTS) {
    // The list contains nothing that tldts itself would refuse.
    expect(parse(host, { allowPrivateDomains: true }).publicSuffix).not.toBe(host);
    expect(readOriginEntry(`https://*.${host}`)).toMatchObject({ kind: 'problem' });
  }
});

it('accepts a wildcard below one’s own name there', () => {
  for (const host of [
    'shop.s3.eu-central-1.amazonaws.com',
    'shop.azurewebsites.net',
    'my-shop.vercel.app',
    'example.com',
  ])
    expect(readOriginEntry(`https://*.${host}`)).toEqual({ kind: 'origin', origin: `https://*.${host}` });
});
