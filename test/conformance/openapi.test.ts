import { BaseResolver, createConfig, lintDocument, makeDocumentFromString } from '@redocly/openapi-core';
import { describe, expect, it } from 'vitest';

import { openApiDocument } from '../../worker/schema/openapi/document.ts';

/** What the linter wants of every operation, and these two cannot have. */
const EXCEPTIONS = new Set([
  // They take nothing, so nothing of what they are given can be wrong.
  'operation-4xx-response #/paths/~1healthz/get/responses',
  'operation-4xx-response #/paths/~1openapi.json/get/responses',
  // So it is asked for by RudderStack's SDK.
  'no-path-trailing-slash #/paths/~1sourceConfig~1',
  // It leads somewhere else: 302 is what it is for.
  'operation-2xx-response #/paths/~1v1~1admin~1integrations~1{id}~1oauth~1authorize/get/responses',
]);

describe('the OpenAPI document', () => {
  it('is found to be without fault by the linter', async () => {
    const document = makeDocumentFromString(JSON.stringify(openApiDocument()), 'openapi.json');
    const config = await createConfig({ extends: ['recommended-strict'] });

    const problems = await lintDocument({ document, config, externalRefResolver: new BaseResolver() });

    const found = problems.map(({ ruleId, message, location }) => ({ ruleId, message, at: location[0]?.pointer }));
    expect(found.filter(({ ruleId, at }) => !EXCEPTIONS.has(`${ruleId} ${at}`))).toEqual([]);
  });
});
