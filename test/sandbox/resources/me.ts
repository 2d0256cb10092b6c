import { json } from '../response.ts';
import type { Resource } from '../restli/resource.ts';

/**
 * The token's member. A token with only r_ads and rw_conversions may not read it, so this can't test whether a token
 * works.
 */
export const me: Resource = {
  name: 'me',
  path: /^\/rest\/me\/?$/,
  scopes: ['r_basicprofile', 'r_liteprofile'],
  needsProtocol2: false,
  methods: {
    GET_ALL:
      ({ bearer }) =>
      () =>
        json(200, { id: bearer.token.member, localizedFirstName: 'Sam', localizedLastName: 'Sandbox' }),
  },
};
