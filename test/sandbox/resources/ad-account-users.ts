import { json } from '../response.ts';
import type { Resource } from '../restli/resource.ts';
import { ACCOUNT_URN } from '../restli/urn-id.ts';
import { indexPage } from './index-page.ts';
import { projected } from './rule-view.ts';

/** The roles of the token's member. A set-up page uses them to leave out accounts that the member may only view. */
export const adAccountUsers: Resource = {
  name: 'adAccountUsers',
  path: /^\/rest\/adAccountUsers\/?$/,
  scopes: ['r_ads', 'rw_ads'],
  needsProtocol2: true,
  methods: {
    'FINDER-authenticatedUser': ({ world, bearer, params }) => {
      const { member } = bearer.token;
      const roles = Object.entries(world.state.accounts).flatMap(([id, account]) => {
        const role = account.roles[member];
        const view = { user: `urn:li:person:${member}`, account: `${ACCOUNT_URN}${id}`, role };
        return role === undefined ? [] : [projected(view, params.get('fields'))];
      });
      const page = indexPage(roles, params);
      return () => json(200, page);
    },
  },
};
