import { adsError } from '../error-response.ts';
import { json } from '../response.ts';
import type { Resource } from '../restli/resource.ts';
import { ACCOUNT_URN } from '../restli/urn-id.ts';
import { findAccount } from '../state/find-account.ts';
import type { Account } from '../state/state.ts';
import { cursorPage } from './cursor-page.ts';
import { projected } from './rule-view.ts';
import { isFound, parseSearch } from './search.ts';

const view = (id: string, { name, currency, status }: Account): Record<string, unknown> => ({
  id: Number(id),
  name,
  currency,
  status,
  type: 'BUSINESS',
  test: false,
  servingStatuses: ['RUNNABLE'],
});

/** The ad accounts on which the member has any role. */
export const adAccounts: Resource = {
  name: 'adAccounts',
  path: /^\/rest\/adAccounts(?:\/(\d+))?\/?$/,
  scopes: ['r_ads', 'rw_ads'],
  needsProtocol2: true,
  methods: {
    'FINDER-search': ({ world, bearer, params }) => {
      const search = parseSearch(params.get('search'), ['status', 'id', 'name', 'type']);
      const found = Object.entries(world.state.accounts)
        .filter(([, account]) => account.roles[bearer.token.member] !== undefined)
        .filter(([id, account]) => isFound(search, { ...view(id, account), id: `${ACCOUNT_URN}${id}` }))
        .map(([id, account]) => projected(view(id, account), params.get('fields')));
      const page = cursorPage(found, params);
      return () => json(200, page);
    },
    GET: ({ keys, world, bearer, params }) => {
      const id = keys[0] ?? '';
      const account = findAccount(world.state, id);
      if (account?.roles[bearer.token.member] === undefined)
        throw adsError(404, { field: 'id', code: 'RESOURCE_NOT_FOUND', message: `Ad account ${id} is not found` });
      return () => json(200, projected(view(id, account), params.get('fields')));
    },
  },
};
