import type { LocalProduct } from '../../support/local-product.ts';
import { HOOK_KINDS } from './crm-bodies.ts';
import type { MadeHook } from './crm-bodies.ts';
import type { HookName } from './journeys.ts';
import type { StageSettings } from './model.ts';

/** The conversion rule of each event. */
export const RULES = { Lead: '700001', MQL: '700002', SQL: '700003', Won: '700004' } as const;

export type Site = {
  sourceId: string;
  writeKey: string;
  hooks: Record<HookName, MadeHook>;
  leadSync: MadeHook;
};

/** Creates a source with a connection and all hooks, through the management API. */
export async function setUp(product: LocalProduct, settings: Readonly<Record<HookName, StageSettings>>): Promise<Site> {
  const made = async (path: string, body: object): Promise<Record<string, string>> => {
    const reply = await product.admin(path, { body });
    if (reply.status !== 201) throw new Error(`${path} answered ${reply.status} ${JSON.stringify(reply.body)}`);
    return Object(reply.body);
  };
  const source = await made('/sources', { name: 'Half year' });
  const sourceId = source['id'] ?? '';
  await made('/integrations', {
    source_id: sourceId,
    config: { account_id: '123456789', access_token: 'tok-ok', conversion_rule_id: RULES },
    consent_categories: ['advertising'],
  });
  const aHook = async (body: { kind: MadeHook['kind'] } & Record<string, unknown>): Promise<MadeHook> => {
    const hook = await made(`/sources/${sourceId}/hooks`, { lawful_basis: 'consent', ...body });
    return { kind: body.kind, path: hook['path'] ?? '', secret: hook['secret'] ?? '' };
  };
  const stagedHook = (name: HookName): Promise<MadeHook> => {
    const { kind } = HOOK_KINDS[name];
    const { fills, repeats } = settings[name];
    const stages = {
      stages: [
        { event: 'MQL', values: ['mql', '7'], value: { from: 'table', amounts: { EUR: '50', USD: '55' } } },
        { event: 'SQL', values: ['sql', '8'], value: { from: 'expected' } },
        { event: 'Won', values: ['won'] },
      ],
      on_skip: fills ? 'fill' : 'leave',
      on_back: repeats ? 'again' : 'ignore',
    };
    const at = (path: string): object => ({ '@path': `$.properties.${path}` });
    const fields =
      kind === 'hubspot'
        ? { value: at('amount'), currency: at('currency'), probability: at('probability') }
        : kind === 'pipedrive'
          ? { email: at('data.custom_fields.e1.value') }
          : {};
    const secret = kind === 'hubspot' ? { secret: 'client-secret-of-the-app' } : {};
    return aHook({ name, kind, stages, fields, ...secret });
  };
  const hooks = {
    hubspot: await stagedHook('hubspot'),
    salesforce: await stagedHook('salesforce'),
    pipedrive: await stagedHook('pipedrive'),
    generic: await stagedHook('generic'),
    forms: await stagedHook('forms'),
    leads: await stagedHook('leads'),
  };
  const leadSync = await aHook({
    name: 'Leads',
    kind: 'linkedin_lead_sync',
    secret: 'secret-of-the-linkedin-app',
    event: 'Lead',
  });
  return { sourceId, writeKey: source['write_key'] ?? '', hooks, leadSync };
}
