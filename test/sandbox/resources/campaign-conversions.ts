import { ErrorResponse, resourceError } from '../error-response.ts';
import { asRecord, isRecord } from '../json-value.ts';
import { empty, json } from '../response.ts';
import type { Resource, Visit } from '../restli/resource.ts';
import { listItems, parseUriValue } from '../restli/uri-value.ts';
import { CAMPAIGN_URN, urnId } from '../restli/urn-id.ts';
import { findAccount } from '../state/find-account.ts';
import { findRule } from '../state/find-rule.ts';
import type { Association } from '../state/state.ts';
import { associationView, isSame, parseCampaignKey } from './campaign-key.ts';
import { indexPage } from './index-page.ts';
import { checkRole } from './working-account.ts';

/** The associations of campaigns with rules. Adding an existing one isn't an error. */
export const campaignConversions: Resource = {
  name: 'campaignConversions',
  path: /^\/rest\/campaignConversions(?:\/([^/]+))?\/?$/,
  scopes: ['rw_conversions'],
  needsProtocol2: true,
  methods: {
    UPDATE: (visit) => {
      const key = parseCampaignKey(visit.keys[0] ?? '');
      checkBody(key, visit.body);
      checkEnds(visit, key);
      return () => {
        associate(visit, key);
        return empty(204);
      };
    },
    BATCH_UPDATE: (visit) => {
      const ids = batchIds(visit);
      const entities = asRecord(asRecord(visit.body)['entities']);
      const names = Object.keys(entities);
      if (names.length !== ids.length || !ids.every(([id]) => Object.hasOwn(entities, id)))
        throw resourceError(400, 'The keys of "entities" must be those of "ids", encoded alike');
      for (const [id, key] of ids) checkBody(key, entities[id]);
      return () =>
        batchResponse(ids, 204, (key) => {
          checkEnds(visit, key);
          associate(visit, key);
        });
    },
    GET: (visit) => {
      const key = parseCampaignKey(visit.keys[0] ?? '');
      checkAssociated(visit, key);
      return () => json(200, associationView(key));
    },
    BATCH_GET: (visit) => {
      const ids = batchIds(visit);
      return () => batchResponse(ids, 200, (key) => checkAssociated(visit, key), associationView);
    },
    DELETE: (visit) => {
      const key = parseCampaignKey(visit.keys[0] ?? '');
      checkAssociated(visit, key);
      return () => {
        dissociate(visit, key);
        return empty(204);
      };
    },
    BATCH_DELETE: (visit) => {
      const ids = batchIds(visit);
      return () =>
        batchResponse(ids, 204, (key) => {
          checkAssociated(visit, key);
          dissociate(visit, key);
        });
    },
    'FINDER-campaigns': ({ params, world }) => {
      const wanted = parseUriValue(params.get('campaigns') ?? '');
      const campaigns = Array.isArray(wanted) ? wanted.map((urn) => urnId(urn, CAMPAIGN_URN)) : [undefined];
      if (campaigns.includes(undefined))
        throw resourceError(
          400,
          "Parameter 'campaigns' is invalid. Expected List(urn%3Ali%3AsponsoredCampaign%3A<id>)",
        );
      const found = world.state.associations.filter(({ campaign }) => campaigns.includes(campaign));
      const page = indexPage(found.map(associationView), params);
      return () => json(200, page);
    },
  },
};

type BatchIds = readonly (readonly [raw: string, key: Association])[];

function batchIds({ params }: Visit): BatchIds {
  return listItems(params.get('ids') ?? '').map((raw) => [raw, parseCampaignKey(raw)]);
}

/** Builds Rest.li's answer to a batch by keys: every key is in one of two maps, as it was written. */
function batchResponse(
  ids: BatchIds,
  status: number,
  act: (key: Association) => void,
  view: (key: Association) => unknown = () => ({ status }),
) {
  const results: Record<string, unknown> = {};
  const errors: Record<string, unknown> = {};
  for (const [raw, key] of ids) {
    try {
      act(key);
      results[raw] = view(key);
    } catch (error) {
      // Unlike with events, a refused key doesn't affect the others here.
      if (!(error instanceof ErrorResponse)) throw error;
      errors[raw] = JSON.parse(error.answer.body);
    }
  }
  return json(200, { results, errors });
}

function checkBody(key: Association, body: unknown): void {
  const { campaign, conversion } = associationView(key);
  if (!isRecord(body) || body['campaign'] !== campaign || body['conversion'] !== conversion)
    throw resourceError(400, 'The campaign and the conversion of the body must be those of the key');
}

function checkEnds(visit: Visit, { campaign: campaignId, conversion }: Association): void {
  const { state } = visit.world;
  const campaign = state.campaigns[campaignId];
  if (campaign === undefined || findAccount(state, campaign.account) === undefined)
    throw resourceError(404, `Campaign ${campaignId} is not found`);
  checkRole(visit, campaign.account);
  const rule = findRule(state, conversion, campaign.account);
  if (rule === undefined) throw resourceError(404, `Conversion ${conversion} is not found`);
  if (rule.account !== campaign.account)
    throw resourceError(400, 'The campaign and the conversion belong to different ad accounts');
}

function checkAssociated(visit: Visit, key: Association): void {
  if (!visit.world.state.associations.some(isSame(key)))
    throw resourceError(404, 'This campaign is not associated with this conversion');
}

function associate({ world }: Visit, key: Association): void {
  const { associations } = world.state;
  if (!associations.some(isSame(key))) world.saveAssociations([...associations, key]);
}

function dissociate({ world }: Visit, key: Association): void {
  world.saveAssociations(world.state.associations.filter((other) => !isSame(key)(other)));
}
