import { resourceError } from '../error-response.ts';
import { isRecord } from '../json-value.ts';
import { type SandboxResponse, empty, json } from '../response.ts';
import type { Resource, Visit } from '../restli/resource.ts';
import { parseUriValue } from '../restli/uri-value.ts';
import { findRule } from '../state/find-rule.ts';
import type { Rule } from '../state/state.ts';
import { indexPage } from './index-page.ts';
import { newRule } from './new-rule.ts';
import { patchedRule } from './patched-rule.ts';
import { projected, ruleView } from './rule-view.ts';
import { workingAccount } from './working-account.ts';

/** LinkedIn's limit for rules, not for events. */
const MAX_BATCH_RULES = 100;

/** Conversion rules. They can't be deleted, only disabled with `enabled: false`. */
export const conversions: Resource = {
  name: 'conversions',
  path: /^\/rest\/conversions(?:\/([^/]+))?\/?$/,
  scopes: ['rw_conversions'],
  needsProtocol2: true,
  methods: {
    CREATE: (visit) => {
      const create = newRule(visit, visit.body);
      return () => created(visit, create());
    },
    BATCH_CREATE: (visit) => {
      if (!isRecord(visit.body) || !Array.isArray(visit.body['elements']))
        throw resourceError(400, 'Invalid BATCH_CREATE request: the body must hold an array called "elements"');
      const elements: unknown[] = visit.body['elements'];
      if (elements.length > MAX_BATCH_RULES)
        throw resourceError(400, `Batch size ${elements.length} exceeds the maximum of ${MAX_BATCH_RULES} elements`);
      const creates = elements.map((element, index) => newRule(visit, element, index));
      return () => json(200, { elements: creates.map((create) => ({ status: 201, id: create() })) });
    },
    GET: (visit) => {
      const { id, rule } = existing(visit, workingAccount(visit));
      return () =>
        json(200, projected(ruleView(visit.world.state, id, rule, visit.version), visit.params.get('fields')));
    },
    'FINDER-account': (visit) => {
      const { world, params, version } = visit;
      const account = workingAccount(visit);
      const isWanted = ownershipFilter(visit);
      const rules = Object.entries(world.state.rules)
        .filter(([, rule]) => rule.account === account)
        .map(([id, rule]) => ruleView(world.state, id, rule, version))
        .filter(isWanted)
        .map((view) => projected(view, params.get('fields')));
      const page = indexPage(rules, params);
      return () => json(200, page);
    },
    PARTIAL_UPDATE: (visit) => {
      const { id, rule } = existing(visit, workingAccount(visit));
      const patched = patchedRule(visit, rule);
      return () => {
        visit.world.saveRule(id, patched);
        return empty(204);
      };
    },
  },
};

function created({ world, version }: Visit, id: string): SandboxResponse {
  const rule = findRule(world.state, id);
  if (rule === undefined) throw new Error(`Showing the rule ${id} just created: it is not there`);
  return json(201, ruleView(world.state, id, rule, version), { Location: `/conversions/${id}`, 'x-restli-id': id });
}

function existing({ keys, world }: Visit, account: string): { id: string; rule: Rule } {
  const id = keys[0] ?? '';
  if (!/^\d+$/.test(id)) throw resourceError(400, 'Invalid key. Expected the number of a conversion, not its URN');
  const rule = findRule(world.state, id, account);
  if (rule === undefined || rule.account !== account) throw resourceError(404, `Conversion ${id} is not found`);
  return { id, rule };
}

function ownershipFilter({ params, version }: Visit): (view: Record<string, unknown>) => boolean {
  const raw = params.get('conversionOwnershipTypes');
  if (raw === undefined) return () => true;
  const wanted = parseUriValue(raw);
  if (version < '202605' || !Array.isArray(wanted))
    throw resourceError(
      400,
      "Parameter 'conversionOwnershipTypes' is invalid. Expected List(OWNED,SHARED), from 202605",
    );
  const names: unknown[] = wanted;
  return (view) => names.includes(view['ownershipType']);
}
