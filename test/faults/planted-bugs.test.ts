/** `npm run sim -- --bugs` plants them one by one, which takes minutes; that they still fit the code is said here. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { placeOf } from './simulation/plant.ts';
import { PLANTED_BUGS } from './simulation/planted-bugs.ts';

it.each(PLANTED_BUGS)('the bug "$name" can be planted, in one place of $file', async ({ file, find, replace }) => {
  const source = await readFile(join(import.meta.dirname, '../../worker', file), 'utf8');

  expect(source.match(new RegExp(placeOf({ find }), 'g'))).toHaveLength(1);
  expect(replace).not.toBe(find);
});
