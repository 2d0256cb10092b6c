/** `npm run sim -- --bugs` plants them one by one, which takes minutes; that they still fit the code is said here. */
import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';

import { expect, it } from 'vitest';

import { placeOf } from './simulation/plant.ts';
import { PLANTED_BUGS } from './simulation/planted-bugs.ts';

it.each(PLANTED_BUGS)('the bug "$name" can be planted, in one place of $file', async ({ file, find, replace }) => {
  const source = await readFile(join(import.meta.dirname, '../../worker', file), 'utf8');

  expect(source.match(new RegExp(placeOf({ find }), 'g'))).toHaveLength(1);
  expect(replace).not.toBe(find);
});

it.each(PLANTED_BUGS)('with the bug "$name" $file is a program still', async ({ file, find, replace }) => {
  const source = await readFile(join(import.meta.dirname, '../../worker', file), 'utf8');

  // Throws where it is none.
  const program = stripTypeScriptTypes(source.replace(placeOf({ find }), () => replace));

  expect(program).not.toBe('');
});
