import type {
  Campaign,
  ConversionRule,
  ConversionRuleCreate,
  ConversionType,
} from '../../../worker/schema/settings/linkedin-objects.ts';
import { api, send, whole } from '../app/api.ts';
import { inPart } from '../app/faults.ts';
import { shapeOf } from '../app/response-shape.ts';
import { shapes } from '../app/response-shapes.ts';
import { saveOrChoose, type Setting, type Values } from '../conflict/save-or-choose.ts';
import { asChoice, asText, asYesNo } from '../conflict/settings.ts';
import { texts } from '../texts.ts';
import { openDialog } from '../ui/dialog.ts';
import { facts, problemCard } from '../ui/element-of-state.ts';
import { checkbox, Form, input, nextId, select } from '../ui/form.ts';
import { fill, h } from '../ui/h.ts';
import { forgetRules } from './rule-memory.ts';

const t = texts.rule;
const CAMPAIGN = shapeOf<Campaign>({ id: '', name: '' });
const WINDOWS = [1, 7, 30, 90, 180, 365] as const;
const windows = WINDOWS.map((days) => [String(days), texts.home.daysOf(days)] as const);
/** LinkedIn's own defaults, filled in so that people need not know them. */
const DEFAULTS = {
  type: 'LEAD',
  click: '30',
  view: '7',
  attribution: 'LAST_TOUCH_BY_CAMPAIGN',
  value: 'DYNAMIC',
} as const;

/** Asks for a new conversion rule and creates it at LinkedIn. Returns undefined if the person cancels. */
export function createRule(integrationId: string, name = ''): Promise<ConversionRule | undefined> {
  return ruleDialog({ title: t.createTitle, integrationId, name });
}

/** Like `createRule`, for a conversion rule that already exists at LinkedIn. Reads it again before it shows it. */
export function changeRule(integrationId: string, { id, name }: ConversionRule): Promise<ConversionRule | undefined> {
  return ruleDialog({
    title: t.changeTitle,
    integrationId,
    name,
    read: () => readRule(`/integrations/${integrationId}/conversion-rules/${id}`),
  });
}

type ReadRule = { rule: ConversionRule; version: string | null };

async function readRule(path: string): Promise<ReadRule> {
  let version: string | null = null;
  const rule = await api(shapes.conversionRule, path, { onVersion: (etag) => (version = etag) });
  return { rule, version };
}

function ruleDialog({
  title,
  integrationId,
  name,
  read,
}: {
  title: string;
  integrationId: string;
  name: string;
  read?: () => Promise<ReadRule>;
}): Promise<ConversionRule | undefined> {
  return new Promise((resolve) => {
    const holder = h('div', { class: 'stack' });
    const onSaved = (saved: ConversionRule): void => {
      resolve(saved);
      dialog.close();
    };
    const show = (known?: ReadRule): void => {
      const { form, focus } = ruleForm({
        integrationId,
        name,
        known,
        onSaved,
        onCancel: () => dialog.close(),
      });
      fill(holder, form.element);
      focus();
    };
    const dialog = openDialog({
      title,
      content: [h('p', { class: 'hint' }, t.lead), holder],
      onClose: () => resolve(undefined),
    });
    if (read === undefined) {
      show();
      return;
    }
    fill(holder, h('p', { class: 'loading' }, texts.loading));
    inPart(holder, async () => {
      try {
        show(await read());
      } catch (error) {
        fill(holder, problemCard(error));
      }
    });
  });
}

function ruleForm({
  integrationId,
  name: givenName,
  known,
  onSaved,
  onCancel,
}: {
  integrationId: string;
  name: string;
  known: ReadRule | undefined;
  onSaved: (saved: ConversionRule) => void;
  onCancel: () => void;
}): { form: Form; focus: () => void } {
  const rule = known?.rule;
  const name = input({ value: rule?.name ?? givenName });
  const type = select(Object.entries(t.types), rule?.type ?? DEFAULTS.type);
  const click = select(windows, String(rule?.post_click_attribution_window_size ?? DEFAULTS.click));
  const view = select(windows, String(rule?.view_through_attribution_window_size ?? DEFAULTS.view));
  const attribution = select(Object.entries(t.attributions), rule?.attribution_type ?? DEFAULTS.attribution);
  const value = select(Object.entries(t.values), rule?.value_type ?? DEFAULTS.value);
  const association = select(Object.entries(t.associations), 'OBJECTIVE_BASED');
  const isOn = checkbox(rule?.enabled ?? true);
  const settings = (): Values => ({
    name: name.value,
    type: type.value,
    post_click_attribution_window_size: Number(click.value),
    view_through_attribution_window_size: Number(view.value),
    attribution_type: attribution.value,
    value_type: value.value,
  });
  const form = new Form({
    submit: rule === undefined ? t.create : texts.save,
    onSubmit: async () => {
      const path = `/integrations/${integrationId}/conversion-rules`;
      onSaved(
        await (known === undefined
          ? api(shapes.conversionRule, path, {
              body: { ...settings(), ...(association.value !== '' && { auto_association_type: association.value }) },
            })
          : saveRule(`${path}/${known.rule.id}`, known, { ...settings(), enabled: isOn.checked })),
      );
    },
    extra: [h('button', { type: 'button', onclick: onCancel }, texts.cancel)],
  });
  form.add(
    form.field(t.name, name, { pointer: '/name', hint: t.nameHint }),
    form.field(t.type, type, { pointer: '/type' }),
    h(
      'div',
      { class: 'pair' },
      form.field(t.click, click, { pointer: '/post_click_attribution_window_size' }),
      form.field(t.view, view, { pointer: '/view_through_attribution_window_size' }),
    ),
    form.field(t.attribution, attribution, { pointer: '/attribution_type' }),
    form.field(t.value, value, { pointer: '/value_type' }),
    rule === undefined
      ? form.field(t.association, association, { pointer: '/auto_association_type', hint: t.associationHint })
      : form.field(t.isOn, isOn, { pointer: '/enabled' }),
  );
  return { form, focus: () => name.focus() };
}

const windowOf = (key: string, label: string): Setting => ({
  key,
  label,
  show: (days) => (typeof days === 'number' ? texts.home.daysOf(days) : ''),
});

const SETTINGS: readonly Setting[] = [
  asText('name', t.name),
  asChoice('type', t.type, t.types),
  windowOf('post_click_attribution_window_size', t.click),
  windowOf('view_through_attribution_window_size', t.view),
  asChoice('attribution_type', t.attribution, t.attributions),
  asChoice('value_type', t.value, t.values),
  asYesNo('enabled', t.isOn),
];

function valuesOf(rule: ConversionRule): Values {
  return Object.fromEntries(SETTINGS.map(({ key }) => [key, Reflect.get(rule, key)] as const));
}

/** Saves a rule, or asks which version to save if somebody else has changed it, here or in Campaign Manager. */
async function saveRule(path: string, { rule, version }: ReadRule, mine: Values): Promise<ConversionRule> {
  let saved = rule;
  await saveOrChoose({
    settings: SETTINGS,
    base: valuesOf(rule),
    version,
    mine,
    read: async () => {
      const now = await readRule(path);
      saved = now.rule;
      return { values: valuesOf(now.rule), version: now.version };
    },
    save: async (body, ifMatch) => {
      saved = await api(shapes.conversionRule, path, { method: 'PATCH', ifMatch, body });
    },
  });
  return saved;
}

/** Shows which campaigns count a rule, and adds more. LinkedIn's API cannot remove any. */
export async function chooseCampaigns(
  integrationId: string,
  rule: ConversionRule,
  onDone: () => void,
  onClosed?: () => void,
): Promise<void> {
  const list = h('div', { class: 'stack' }, h('p', { class: 'loading' }, texts.loading));
  const dialog = openDialog({
    title: t.campaignsTitle(rule.name),
    content: [h('p', { class: 'hint' }, t.campaignsLead), list],
    ...(onClosed !== undefined && { onClose: onClosed }),
  });
  try {
    const campaigns = await whole(CAMPAIGN, `/integrations/${integrationId}/campaigns`);
    const boxes = campaigns.map((campaign) => {
      const box = checkbox(rule.campaign_ids.includes(campaign.id));
      box.id = nextId('campaign');
      box.disabled = box.checked;
      return { campaign, box };
    });
    const form = new Form({
      submit: t.addCampaigns,
      onSubmit: async () => {
        const ids = boxes.filter(({ box }) => box.checked && !box.disabled).map(({ campaign }) => campaign.id);
        if (ids.length > 0)
          await send(`/integrations/${integrationId}/conversion-rules/${rule.id}/campaigns`, {
            method: 'PUT',
            body: { campaign_ids: ids },
          });
        forgetRules(integrationId);
        // This runs before the dialog closes, because closing means that nothing was done.
        onDone();
        dialog.close();
      },
    });
    form.add(
      ...boxes.map(({ campaign, box }) =>
        h(
          'div',
          { class: 'field check' },
          box,
          h('label', { for: box.id }, campaign.name, ' ', h('span', { class: 'hint' }, campaign.status ?? '')),
        ),
      ),
    );
    fill(list, campaigns.length === 0 ? h('p', {}, t.noCampaigns) : form.element);
  } catch (error) {
    fill(list, problemCard(error));
  }
}

/** Describes a rule in words. */
export function ruleFacts(rule: ConversionRule): HTMLElement {
  return facts([
    [t.type, ruleTypeName(rule.type)],
    [t.windows, t.windowsOf(rule.post_click_attribution_window_size, rule.view_through_attribution_window_size)],
    [t.campaigns, t.campaignCount(rule.campaign_ids.length)],
  ]);
}

/** Returns the name of a rule's type, or LinkedIn's code of a type that is new. */
export function ruleTypeName(type: string | null): string {
  return Object.entries(t.types).find(([code]) => code === type)?.[1] ?? type ?? texts.never;
}

/** The names of all types: if a new type has no name, the compiler reports it. */
export type TypeNames = Readonly<Record<ConversionType, string>>;
export type RuleChoices<Field extends keyof ConversionRuleCreate> = Readonly<
  Record<NonNullable<ConversionRuleCreate[Field]>, string>
>;
