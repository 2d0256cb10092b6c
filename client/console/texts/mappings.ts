import type { FieldName } from '../mapping/field-choices.ts';
import type { Asked } from '../mapping/trigger-rows.ts';
import type { Kind } from '../mapping/unlikely-rule.ts';
import { formatCount } from '../ui/format.ts';
import { plural } from './plural.ts';
import { everywhere } from './shared/everywhere.ts';
import { spellings } from './shared/spelling.ts';

const asked: Record<Asked, string> = {
  '=': 'is',
  '!=': 'is not',
  '>': 'is more than',
  '>=': 'is at least',
  '<': 'is less than',
  '<=': 'is at most',
  contains: 'contains',
  'not contains': 'does not contain',
  match: 'matches the pattern',
  in: 'is one of',
  missing: 'is missing',
  present: 'is present',
};

const fieldNames: Record<FieldName, string> = {
  'conversionValue.amount': 'Value',
  'conversionValue.currencyCode': 'Currency',
  eventId: 'Event ID',
  conversionHappenedAt: 'Time',
  email: 'E-mail',
  linkedInUUID: 'LinkedIn click ID',
  'userInfo.firstName': 'First name',
  'userInfo.lastName': 'Last name',
  'userInfo.companyName': 'Company',
  'userInfo.title': 'Job title',
  'userInfo.countryCode': 'Country',
  externalIds: 'External ID',
  leadId: 'Lead ID',
  acxiomID: 'Acxiom ID',
  googleAID: 'Google advertising ID',
  oracleID: 'Oracle Moat ID',
};

const fieldDefaults: Record<FieldName, string> = {
  'conversionValue.amount': 'value, revenue, total, price × quantity or the sum of products',
  'conversionValue.currencyCode': 'properties.currency, else the default currency',
  eventId: 'the message ID',
  conversionHappenedAt: 'the event’s own time',
  email: 'traits.email, properties.email or an earlier e-mail of the visitor, hashed',
  linkedInUUID: 'the click ID from the address or the cookie',
  'userInfo.firstName': 'the visitor’s traits',
  'userInfo.lastName': 'the visitor’s traits',
  'userInfo.companyName': 'the visitor’s traits',
  'userInfo.title': 'the visitor’s traits',
  'userInfo.countryCode': 'the visitor’s traits',
  externalIds: 'the user ID, if the connection’s settings allow it',
  leadId: 'nothing',
  acxiomID: 'nothing',
  googleAID: 'nothing',
  oracleID: 'nothing',
};

const kindNames: Readonly<Record<Kind, string>> = { purchase: 'purchases', lead: 'leads', sign_up: 'sign-ups' };

export const mappings = {
  title: 'Mappings',
  newTitle: 'New mapping',
  lead: 'Which events become conversions, and for which rule. The first matching mapping wins.',
  notConnected: 'You can map events once the site is connected to LinkedIn.',
  empty: 'No event is a conversion yet',
  emptyMore: 'Choose a rule for an event below, or add a mapping with conditions.',
  add: 'Add a mapping',
  name: 'Name',
  trigger: 'When',
  rule: 'Conversion rule',
  counted: (days: number) => `Deliveries, ${days} days`,
  countedHint: 'Deliveries of the events that the mapping accepts, to its conversion rule.',
  shared: (least: number, most: number) =>
    least === 0 ? `up to ${formatCount(most)}` : `${formatCount(least)} to ${formatCount(most)}`,
  sharedHint: 'Another mapping of this rule accepts some of the same events. The rule gets each event once.',
  off: 'disabled',
  byName: 'by name',
  byNameHint: 'It matches every event with this name, without other conditions.',
  convert: 'Add conditions',
  convertHint: 'Turns it into a mapping with conditions and fields that you can edit.',
  converted: 'You can edit this mapping now.',
  remove: 'Delete',
  removed: 'The mapping is deleted.',
  removeTitle: (name: string) => `Delete “${name}”?`,
  removeText:
    'Events that match no other mapping are skipped from now on. Waiting deliveries are still sent, and held ones once their cause is fixed.',
  seen: 'Events seen on the site',
  seenLead: `The latest 200 events. Your choice of a rule is saved immediately, and works everywhere ${everywhere}.`,
  noneSeen: 'No events seen yet',
  noneSeenMore: 'Events appear here as soon as the site sends some.',
  event: 'Event',
  lately: 'Received recently',
  noConversion: 'Not a conversion',
  pagesNotSuggested: (rule: string) =>
    `The rule “${rule}” has a similar name, but isn’t preselected: every page that a visitor opens would count as a conversion.`,
  sameName: 'This rule has the event’s name.',
  similarName: 'This rule has the event’s name, except for case, spaces or punctuation.',
  notSaved: 'It isn’t saved yet.',
  savedNext: 'It is saved when you continue.',
  useRule: 'Use this rule',
  askedBy: (mapping: string) => `The mapping “${mapping}” asks for this event already.`,
  ruleFor: (event: string) => `Conversion rule for ${event}`,
  mapped: (event: string) => `${event} is a conversion now.`,
  unlikely: (rule: string, kinds: { event: Kind; rule: Kind }): string =>
    `“${rule}” counts ${kindNames[kinds.rule]}, and this name sounds like one of your ${kindNames[kinds.event]}. Check that you mean this rule.`,
  unmapped: (event: string) => `${event} is no longer a conversion.`,
  unnamed: 'Mapping',
  create: 'Create mapping',
  enabled: 'Enabled',
  when: 'When',
  becomes: 'Counts as',
  fields: 'Fields sent',
  fieldsLead: 'The defaults suit nearly every site. Change a field if your events use another name for it.',
  defaultAmount: 'Default value',
  defaultCurrency: 'Default currency',
  defaultHint: 'Such as 50.00. Used for events without a value. Leave empty to send no value.',
  ruleMissing: 'Choose a conversion rule.',
  once: 'How often',
  onceChoices: { '': 'Default', true: 'Once each time the person joins', false: 'For every matching event' },
  onceHint:
    'Default: for audiences and computed traits (identify), once each time the person joins. Otherwise for every matching event.',
  saved: `The mapping is saved. It works everywhere ${everywhere}.`,
  back: '← Mappings',
  gone: 'Mapping not found',
  goneMore: 'It may have been deleted.',
};

export const trigger = {
  builder: 'Conditions',
  text: 'FQL text',
  textHint: 'The same conditions as text. FQL is Segment’s language for conditions.',
  joins: { and: 'All conditions match', or: 'Any condition matches' },
  join: 'Match',
  field: 'Field',
  question: 'Comparison',
  value: 'Value',
  asked,
  add: 'Add a condition',
  remove: 'Remove this condition',
  tooMuch: 'These conditions can’t be shown as a list. Edit them as text.',
  notReadable: 'The text can’t be read yet.',
  holds: 'It matches the sample event',
  holdsNot: 'It does not match the sample event',
  nearMiss: (count: number, differs: 'case' | 'spaces' | 'spelling') =>
    `came ${plural(count, 'time', 'times')} recently. It differs only in ${spellings[differs]}.`,
  useName: 'Use this name',
  matchBoth: 'Match both',
  mappedBy: (mapping: string) => `The mapping “${mapping}” accepts it already.`,
  taken: (name: string, mapping: string) =>
    `“${name}” is already accepted by the mapping “${mapping}”. If both have the same conversion rule, only the first one counts it.`,
  saw: (field: string, value: string | undefined) =>
    value === undefined ? `${field} is missing` : `${field} is ${value}`,
};

export const fields = {
  names: fieldNames,
  defaults: fieldDefaults,
  kinds: {
    default: 'Default',
    path: 'From the event',
    template: 'Template',
    fixed: 'Fixed value',
    nothing: 'Nothing',
    json: 'As JSON',
  },
  placeholders: {
    default: '',
    path: '$.properties.total',
    template: 'order-{{properties.order_id}}',
    fixed: '',
    nothing: '',
    json: '{ "@case": { "operator": "lower", "value": … } }',
  },
  nothingMore: 'This field is left out.',
  valueOf: (name: string) => `Where ${name} comes from`,
  more: 'More fields',
  asJson: 'As JSON',
  asJsonBeside: 'The same fields as JSON. You can change either one.',
  asJsonHint: 'This mapping fills whole objects at once. They can only be edited as JSON.',
};

export const preview = {
  title: 'Try it on an event',
  lead: 'Built from the fields of real events. Their values are never stored, so these are examples that you can change.',
  which: 'Event',
  sample: 'Sample event',
  seen: (name: string, count: number) => `${name} (${formatCount(count)} recent)`,
  example: 'An example',
  notJson: 'The sample is not a JSON object yet.',
  fieldNotJson: (field: string) => `The text${field === '' ? '' : ` of ${field}`} is not JSON yet.`,
  noRule: 'The event matches. Choose a conversion rule to send it.',
  payload: 'What LinkedIn would get',
  decision: (code: string): string =>
    Object.entries({
      trigger: 'The conditions match',
      integration_enabled: 'The connection is enabled',
      consent: 'The visitor has consented',
      sender: 'The sender allows LinkedIn',
      age: 'It is less than 90 days old',
      identity: 'The person can be identified',
    }).find(([known]) => known === code)?.[1] ?? code,
};
