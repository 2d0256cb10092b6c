// oxlint-disable unicorn/no-thenable -- "then" is Segment's name for it, and nothing here is awaited.
import { describe, expect, it } from 'vitest';

import { ingest } from '../../../../worker/domain/collect/ingest.ts';
import { ownBudget } from '../../../../worker/domain/fql/work-budget.ts';
import { resolve } from '../../../../worker/domain/mapping-kit/resolve.ts';
import { valueProblems } from '../../../../worker/domain/mapping-kit/value-problems.ts';
import type { Event } from '../../../../worker/schema/events/event.ts';
import { anIntegration, aSourceConfig } from '../../support/a-source-config.ts';
import { aMapping, facts } from '../../support/costly.ts';

const PROPERTIES = {
  text: 'x',
  empty: '',
  space: ' ',
  zero: 0,
  zeroText: '0',
  no: false,
  noText: 'false',
  yes: true,
  one: 1,
  nothing: null,
  list: ['a', 'b'],
  numbers: [1, 2],
  emptyList: [],
  listOfNothing: [null],
  listOfEmpty: [''],
  listOfZero: [0],
  object: { a: 1, b: { c: null, d: 2 } },
  emptyObject: {},
  json: '{"a":[1,2]}',
  'order id': 'A-1',
  products: [
    { sku: 's-1', price: 5, quantity: 2 },
    { sku: 's-2', price: 7 },
  ],
  money: '1$2$3',
  order_id: 'A-1',
};
const EVENT: Event = {
  type: 'track',
  event: 'Order Completed',
  messageId: 'm-1',
  properties: PROPERTIES,
  traits: {},
  context: {},
};

const at = (name: string) => ({ '@path': `$.properties.${name}` });
const blank = (value: unknown) => ({ '@if': { blank: value, then: 'A', else: 'B' } });
const exists = (value: unknown) => ({ '@if': { exists: value, then: 'A', else: 'B' } });

type Row = readonly [value: unknown, given: unknown];

/** M1: at Segment, `blank` checks that a value exists and isn't blank. */
const IFS: readonly Row[] = [
  [blank(at('text')), 'A'],
  [blank(at('space')), 'A'],
  [blank(at('one')), 'A'],
  [blank(at('yes')), 'A'],
  [blank(at('zeroText')), 'A'],
  [blank(at('noText')), 'A'],
  [blank(at('list')), 'A'],
  [blank(at('numbers')), 'A'],
  [blank(at('listOfZero')), 'A'],
  [blank(at('object')), 'A'],
  [blank(at('emptyObject')), 'A'],
  [blank(at('products')), 'A'],
  [blank(at('missing')), 'B'],
  [blank(at('nothing')), 'B'],
  [blank(at('empty')), 'B'],
  [blank(at('zero')), 'B'],
  [blank(at('no')), 'B'],
  [blank(at('emptyList')), 'B'],
  [blank(at('listOfNothing')), 'B'],
  [blank(at('listOfEmpty')), 'B'],
  [blank({ '@template': '{{properties.missing}}' }), 'B'],
  [blank({ '@template': '{{properties.text}}' }), 'A'],
  [blank('x'), 'A'],
  [exists(at('text')), 'A'],
  [exists(at('empty')), 'A'],
  [exists(at('zero')), 'A'],
  [exists(at('no')), 'A'],
  [exists(at('nothing')), 'B'],
  [exists(at('missing')), 'B'],
  [exists(at('emptyList')), 'A'],
  [{ '@if': { blank: at('missing'), then: 'A' } }, undefined],
  [{ '@if': { blank: at('text'), else: 'B' } }, undefined],
  [{ '@if': { exists: at('missing'), then: 'A', else: 0 } }, undefined],
  [{ '@if': { exists: at('missing'), then: 'A', else: '' } }, undefined],
  [{ '@if': { exists: at('text'), then: 0, else: 'B' } }, 0],
  [{ '@if': { exists: at('text'), blank: at('missing'), then: 'A', else: 'B' } }, 'A'],
];

/** M6: the directives that we used to refuse, and other fields that we refused. */
const DIRECTIVES: readonly Row[] = [
  [at('order id'), 'A-1'],
  [{ '@path': '$.properties.products.[0].sku' }, 's-1'],
  [{ '@path': "$.properties.products['0'].sku" }, 's-1'],
  [{ '@path': '$.properties.products.length' }, 2],
  [{ '@path': { '@template': '$.properties.{{properties.noText}}' } }, undefined],
  [{ '@path': { '@literal': '$.properties.text' } }, 'x'],
  [{ '@path': '$.properties.text', _metadata: { label: 'Text' } }, 'x'],
  [{ _metadata: {}, '@template': '{{properties.text}}' }, 'x'],
  [{ '@template': at('text') }, 'x'],
  [{ '@template': '{{properties.list}}' }, 'a,b'],
  [{ '@template': '{{properties.order id}}' }, 'A-1'],
  [{ '@merge': { objects: [{ a: 1, b: 1 }, { b: 2 }], direction: 'right' } }, { a: 1, b: 2 }],
  [{ '@merge': { objects: [{ a: 1, b: 1 }, { b: 2 }], direction: 'left' } }, { a: 1, b: 1 }],
  [{ '@merge': { objects: [at('object'), at('missing'), at('nothing')], direction: 'right' } }, PROPERTIES.object],
  [{ '@merge': { objects: [], direction: 'left' } }, {}],
  [{ '@merge': { objects: ['ab'], direction: 'left' } }, { 0: 'a', 1: 'b' }],
  [{ '@flatten': { value: at('object'), separator: '.' } }, { a: 1, 'b.c': null, 'b.d': 2 }],
  [{ '@flatten': { value: { a: { b: [1, 2] } }, separator: '_' } }, { a_b_0: 1, a_b_1: 2 }],
  [{ '@flatten': { value: { a: { b: [1, 2] } }, separator: '_', omitArrays: true } }, { a_b: [1, 2] }],
  [{ '@flatten': { value: at('text'), separator: '.' } }, { '': 'x' }],
  [{ '@json': { mode: 'encode', value: at('list') } }, '["a","b"]'],
  [{ '@json': { mode: 'encode', value: at('missing') } }, undefined],
  [{ '@json': { mode: 'encode', value: { a: at('one') } } }, '{"a":1}'],
  [{ '@json': { mode: 'decode', value: at('json') } }, { a: [1, 2] }],
  [{ '@json': { mode: 'decode', value: at('text') } }, 'x'],
  [{ '@json': { mode: 'decode', value: at('one') } }, 1],
  [{ '@transform': { apply: { t: at('text') }, mapping: { '@path': '$.t' } } }, 'x'],
  [{ '@transform': { apply: at('object'), mapping: { '@template': '{{b.d}}' } } }, '2'],
  [{ '@transform': { apply: { t: at('text') }, mapping: at('text') } }, undefined],
  [{ '@excludeWhenNull': at('nothing') }, undefined],
  [{ '@excludeWhenNull': at('object') }, { a: 1, b: { d: 2 } }],
  [{ '@excludeWhenNull': { a: at('nothing'), b: [null] } }, { b: [null] }],
  [{ '@arrayPath': [at('products'), { id: { '@path': '$.sku' } }] }, [{ id: 's-1' }, { id: 's-2' }]],
  [{ '@arrayPath': ['$.properties.list', { it: { '@path': '$.' } }] }, [{ it: 'a' }, { it: 'b' }]],
  [{ '@arrayPath': ['$.properties.text', { it: { '@path': '$.' } }] }, 'x'],
  [{ '@replace': { pattern: 'x', replacement: 'y', value: at('missing') } }, ''],
  [{ '@replace': { pattern: '$', replacement: '$$', value: at('money') } }, '1$2$3'],
];

describe.each([
  ['M1: @if', IFS],
  ['M6: the directives of Segment', DIRECTIVES],
])('%s', (_, rows) => {
  it('is tested in at least 30 spellings', () => {
    expect(rows.length).toBeGreaterThanOrEqual(30);
  });

  it.each(rows)('gives the same result as at Segment: %j', (value, given) => {
    expect(valueProblems(value, '/f')).toEqual([]);
    expect(resolve(value, EVENT, ownBudget())).toEqual(given);
  });
});

const order = (path: string) => `order-{{properties.${path}}}`;

/** M3: templates for an ID, and whether the event has every field that they name. */
const IDS: readonly (readonly [id: unknown, sent: string])[] = [
  [{ '@template': order('order_id') }, 'order-A-1'],
  [{ '@template': order('missing') }, 'evt-1'],
  [{ '@template': order('empty') }, 'evt-1'],
  [{ '@template': order('nothing') }, 'evt-1'],
  [{ '@template': order('object') }, 'evt-1'],
  [{ '@template': order('emptyObject') }, 'evt-1'],
  [{ '@template': order('emptyList') }, 'evt-1'],
  [{ '@template': order('listOfNothing') }, 'evt-1'],
  [{ '@template': order('missing.deeper') }, 'evt-1'],
  [{ '@template': order('products[9].sku') }, 'evt-1'],
  [{ '@template': order('products[0].sku') }, 'order-s-1'],
  [{ '@template': order('zero') }, 'order-0'],
  [{ '@template': order('no') }, 'order-false'],
  [{ '@template': order('one') }, 'order-1'],
  [{ '@template': '{{properties.order_id}}' }, 'A-1'],
  [{ '@template': '{{properties.missing}}' }, 'evt-1'],
  [{ '@template': '{{properties.missing}}-order' }, 'evt-1'],
  [{ '@template': '{{properties.order_id}}-{{properties.missing}}' }, 'evt-1'],
  [{ '@template': '{{properties.missing}}-{{properties.order_id}}' }, 'evt-1'],
  [{ '@template': '{{{properties.missing}}}-x' }, 'evt-1'],
  [{ '@template': '{{{properties.order_id}}}-x' }, 'A-1-x'],
  [{ '@template': 'order-{{ properties.missing }}' }, 'evt-1'],
  [{ '@template': 'order-{{userId}}' }, 'evt-1'],
  [{ '@template': 'order-{{messageId}}' }, 'order-evt-1'],
  [{ '@case': { operator: 'upper', value: { '@template': order('missing') } } }, 'evt-1'],
  [{ '@case': { operator: 'upper', value: { '@template': order('order_id') } } }, 'ORDER-A-1'],
  [{ '@replace': { pattern: '-', replacement: '_', value: { '@template': order('missing') } } }, 'evt-1'],
  [{ '@if': { exists: at('text'), then: { '@template': order('missing') } } }, 'evt-1'],
  [{ '@if': { exists: at('missing'), then: { '@template': order('missing') }, else: 'fixed-1' } }, 'fixed-1'],
  [{ '@if': { blank: { '@template': '{{properties.missing}}' }, then: 'x', else: at('order_id') } }, 'A-1'],
  [{ '@template': { '@literal': order('missing') } }, 'evt-1'],
  [{ '@json': { mode: 'encode', value: { '@template': order('missing') } } }, 'evt-1'],
  [{ '@transform': { apply: { id: at('missing') }, mapping: { '@template': 'order-{{id}}' } } }, 'evt-1'],
  [{ '@excludeWhenNull': { '@template': order('missing') } }, 'evt-1'],
];

describe('M3: an event ID from a template with a missing field', () => {
  const sentFor = async (fields: Record<string, unknown>) => {
    // Read from JSON, as a mapping's fields are.
    const mappings = [aMapping({ fields: JSON.parse(JSON.stringify(fields)) })];
    const config = aSourceConfig(anIntegration({ config: { conversion_rule_id: {}, mappings } }));
    const receipt = await ingest(EVENT, facts, config);
    return { element: receipt.deliveries[0]?.element, lint: receipt.lint };
  };

  it('is tested in at least 30 spellings', () => {
    expect(IDS.length).toBeGreaterThanOrEqual(30);
  });

  it.each(IDS)('%j is sent as %s', async (eventId, sent) => {
    const { element, lint } = await sentFor({ eventId });

    expect(element?.eventId).toBe(sent);
    // Every time the mapping's own ID isn't used, a note says so.
    expect(lint.some((code) => code === 'event_id_gap' || code === 'event_id_missing')).toBe(sent === 'evt-1');
  });

  it.each([
    ['externalIds', { '@template': 'crm-{{properties.missing}}' }],
    ['acxiomID', { '@template': 'acx-{{properties.missing}}' }],
    ['oracleID', { '@template': 'ora-{{properties.missing}}' }],
    ['linkedInUUID', { '@template': 'click-{{properties.missing}}' }],
    ['leadId', { '@template': 'lead-{{properties.missing}}' }],
  ])("leaves out a person's ID: %s", async (name, template) => {
    const { element, lint } = await sentFor({ [name]: template });

    expect(element?.user).toEqual({ userIds: [expect.objectContaining({ idType: 'SHA256_EMAIL' })] });
    expect(lint).toContain('id_template_gap');
  });
});
