import { expect, it } from 'vitest';

import { requestHeaders } from '../../../worker/linkedin/request-headers.ts';

it("requests have the headers of LinkedIn's versioned API", () => {
  expect(requestHeaders({ token: 'tok-ok', version: '202609' })).toEqual({
    Authorization: 'Bearer tok-ok',
    'LinkedIn-Version': '202609',
    'X-Restli-Protocol-Version': '2.0.0',
    'Content-Type': 'application/json',
  });
});
