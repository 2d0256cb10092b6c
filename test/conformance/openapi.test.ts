import { BaseResolver, createConfig, lintDocument, makeDocumentFromString } from '@redocly/openapi-core';
import { describe, expect, it } from 'vitest';

import { openApiDocument } from '../../worker/schema/openapi/document.ts';

/** The linter's rules for every operation, with the operations that can't follow them. */
const EXCEPTIONS = new Set([
  // It takes no input, so its input can't be wrong.
  'operation-4xx-response #/paths/~1openapi.json/get/responses',
  // RudderStack's SDK requests this exact path.
  'no-path-trailing-slash #/paths/~1sourceConfig~1',
  // It redirects with a 302, which is its purpose.
  'operation-2xx-response #/paths/~1v1~1admin~1integrations~1{id}~1oauth~1authorize/get/responses',
]);

describe('the OpenAPI document', () => {
  it('has no linter errors', async () => {
    const document = makeDocumentFromString(JSON.stringify(openApiDocument()), 'openapi.json');
    const config = await createConfig({ extends: ['recommended-strict'] });

    const problems = await lintDocument({ document, config, externalRefResolver: new BaseResolver() });

    const found = problems.map(({ ruleId, message, location }) => ({ ruleId, message, at: location[0]?.pointer }));
    expect(found.filter(({ ruleId, at }) => !EXCEPTIONS.has(`${ruleId} ${at}`))).toEqual([]);
  });
});
