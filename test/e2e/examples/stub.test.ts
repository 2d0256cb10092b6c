import { expect, it } from 'vitest';

import { stub } from '../../../client/tag/snippet.ts';
import { textOf } from '../../support/example-site.ts';

it.each([
  'README.md',
  'docs/reference/tag.md',
  'examples/plain-html/index.html',
  'examples/react/next/layout.tsx',
  'examples/shopify/directflight.liquid',
  'examples/wordpress/functions.php',
])('%s contains the current stub', async (path) => {
  expect(await textOf(path)).toContain(stub('_df'));
});
