import { adsError } from '../error-response.ts';
import { json } from '../response.ts';
import type { Resource } from '../restli/resource.ts';
import { ACCOUNT_URN, CAMPAIGN_URN } from '../restli/urn-id.ts';
import { findAccount } from '../state/find-account.ts';
import type { Campaign } from '../state/state.ts';
import { cursorPage } from './cursor-page.ts';
import { projected } from './rule-view.ts';
import { isFound, parseSearch } from './search.ts';

const view = (id: string, { name, account, status, objective }: Campaign): Record<string, unknown> => ({
  id: Number(id),
  name,
  account: `${ACCOUNT_URN}${account}`,
  status,
  objectiveType: objective,
  type: 'SPONSORED_UPDATES',
});

/** The campaigns of one ad account. */
export const adCampaigns: Resource = {
  name: 'adCampaigns',
  // The account comes before the resource in the path, so it isn't the resource's key.
  path: /^\/rest\/adAccounts\/(\d+)\/adCampaigns(?:\/(\d+))?\/?$/,
  scopes: ['r_ads', 'rw_ads'],
  needsProtocol2: true,
  methods: {
    'FINDER-search': ({ keys, world, bearer, params }) => {
      const accountId = keys[0] ?? '';
      if (findAccount(world.state, accountId)?.roles[bearer.token.member] === undefined)
        throw adsError(403, { field: 'account', code: 'USER_NOT_AUTHORIZED', message: 'No role on this ad account' });
      const search = parseSearch(params.get('search'), ['status', 'id', 'name', 'type']);
      const found = Object.entries(world.state.campaigns)
        .filter(([, campaign]) => campaign.account === accountId)
        .filter(([id, campaign]) => isFound(search, { ...view(id, campaign), id: `${CAMPAIGN_URN}${id}` }))
        .map(([id, campaign]) => projected(view(id, campaign), params.get('fields')));
      const page = cursorPage(found, params);
      return () => json(200, page);
    },
    GET: ({ keys, world, params }) => {
      const [accountId, id = ''] = keys;
      const campaign = world.state.campaigns[id];
      if (campaign?.account !== accountId || campaign === undefined)
        throw adsError(404, { field: 'id', code: 'RESOURCE_NOT_FOUND', message: `Campaign ${id} is not found` });
      return () => json(200, projected(view(id, campaign), params.get('fields')));
    },
  },
};
