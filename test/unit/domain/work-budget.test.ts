/** T6: the most work that a stranger's event can cause in a source's mappings. */
import { describe, expect, it } from 'vitest';

import { explainEvent } from '../../../worker/domain/collect/explain-event.ts';
import { RequestWork, WORK_LIMITS } from '../../../worker/domain/fql/work-budget.ts';
import { MAX_MAPPINGS } from '../../../worker/schema/settings/mapping.ts';
import { anIntegration, aSourceConfig } from '../support/a-source-config.ts';
import { anIdentify, aTrack } from '../support/an-event.ts';
import { aMapping, at, facts, HALF, lists, LONG, MOST_CHARS, MOST_STEPS, received } from '../support/costly.ts';
import { withLiquid } from '../support/with-liquid.ts';

const CHEAP = aMapping({ id: 'map_cheap', conversion_rule_id: '2002', trigger: 'event = "Order Completed"' });

const repeated = (part: string, join: string): string => {
  let text = part;
  while (text.length + join.length + part.length < 3_900) text += join + part;
  return text;
};

/** Triggers of 4,000 characters, with the properties that make them slowest. */
const TRIGGERS: readonly [what: string, trigger: string, properties: Record<string, unknown>][] = [
  ['stars before a repetitive text', `match(properties.x, "*${'a?'.repeat(1_900)}b*")`, { x: LONG }],
  ['many patterns', repeated('match(properties.x,"*ab*")', ' or '), { x: LONG }],
  ['contains in one text', repeated('contains(properties.x,"ab")', ' or '), { x: LONG }],
  [
    'contains of one field in another',
    repeated('contains(properties.x,properties.y)', ' or '),
    { x: HALF, y: `b${HALF}` },
  ],
  [
    'contains in one list',
    repeated('contains(properties.x,"5")', ' or '),
    { x: Array.from({ length: 15_000 }, () => 1) },
  ],
  ['many "in" conditions', repeated('properties.x in [1,1,1,1,1,1,1,1,1,1,1,1]', ' or '), { x: '2' }],
  ['many lowercase calls', repeated('lowercase(properties.x)="a"', ' or '), { x: 'İ'.repeat(15_000) }],
  ['nested lowercase calls', `${'lowercase('.repeat(45)}properties.x${')'.repeat(45)} = "a"`, { x: LONG }],
  ['a text compared with another', repeated('properties.x=properties.y', ' or '), { x: HALF, y: `${HALF.slice(1)}b` }],
  ['a deep path', `properties.a${'.a'.repeat(1_900)} = 1`, { a: {} }],
];

/** Fields, with the properties that make them slowest. */
const FIELDS: readonly [what: string, field: object, properties: Record<string, unknown>][] = [
  ['nested @arrayPath', { '@arrayPath': ['$.properties.l', { '@arrayPath': ['$.l', at('x')] }] }, { l: lists(110) }],
  [
    '@arrayPath over a long list',
    { '@arrayPath': ['$.properties.l', at('x')] },
    { l: Array.from({ length: 15_000 }, () => 0) },
  ],
  [
    '@replace with a long text',
    { '@replace': { pattern: 'a', replacement: 'x'.repeat(4_000), value: at('x') } },
    { x: LONG },
  ],
  [
    '@replace ignoring case',
    { '@replace': { pattern: `${'a'.repeat(99)}b`, ignorecase: true, value: at('x') } },
    { x: LONG },
  ],
  ['@template of long texts', { '@template': '{{properties.x}}'.repeat(900) }, { x: LONG }],
  ['@case of a text that grows', { '@case': { operator: 'upper', value: at('x') } }, { x: 'ΐ'.repeat(15_000) }],
];

describe('an event', () => {
  it.each(TRIGGERS)('has a budget for all triggers: %s', async (_, trigger, properties) => {
    const costly = Array.from({ length: MAX_MAPPINGS - 1 }, (__, index) =>
      aMapping({ id: `map_${index}`, trigger, conversion_rule_id: String(3_000 + index) }),
    );

    const { receipt, work } = await received(aTrack({ properties }), [...costly, CHEAP]);

    expect(work.stepsDone).toBeLessThanOrEqual(MOST_STEPS);
    expect(receipt.deliveries.map(({ ruleId }) => ruleId)).toEqual(['2002']);
  });

  it.each(FIELDS)('has a budget for all fields: %s', async (_, email, properties) => {
    const costly = Array.from({ length: MAX_MAPPINGS - 1 }, (__, index) =>
      aMapping({ id: `map_${index}`, conversion_rule_id: String(3_000 + index), fields: { email } }),
    );

    const { receipt, work } = await received(aTrack({ properties }), [...costly, CHEAP]);

    expect(work.stepsDone).toBeLessThanOrEqual(MOST_STEPS);
    expect(work.charsDone).toBeLessThanOrEqual(MOST_CHARS);
    expect(receipt.deliveries.map(({ ruleId }) => ruleId)).toContain('2002');
    expect(receipt.lint).toContain('mapping_too_costly');
    expect(receipt.ruleLint).toContainEqual({
      integrationId: 'int_1',
      ruleId: '3048',
      codes: expect.arrayContaining(['mapping_too_costly']),
    });
  });

  it('is skipped as mapping_too_costly, with an explanation, when nothing else comes of it', async () => {
    const mapping = aMapping({ trigger: repeated('match(properties.x,"*ab*")', ' or ') });
    const event = aTrack({ properties: { x: LONG } });

    const { receipt } = await received(event, [mapping]);
    const integration = anIntegration({ config: { conversion_rule_id: {}, mappings: [mapping] } });
    const { source } = aSourceConfig(integration);
    const explained = await explainEvent(event, facts, { source, integration });

    expect(receipt.skipReason).toBe('mapping_too_costly');
    expect(receipt.deliveries).toEqual([]);
    expect(receipt.triggers['int_1']?.mappings).toMatch(/^c0+$/);
    expect(explained.reason).toBe('mapping_too_costly');
    expect(explained.decisions[0]).toMatchObject({ triggers: [{ outcome: 'too_costly' }] });
  });

  it('leaves enough for the next event of its request, and a batch of 500 shares one budget', async () => {
    const costly = aMapping({ trigger: repeated('match(properties.x,"*ab*")', ' or ') });
    const request = new RequestWork();
    let steps = 0;
    for (let index = 0; index < 500; index += 1) {
      const { receipt, work } = await received(aTrack({ properties: { x: LONG } }), [costly, CHEAP], request);
      steps += work.stepsDone;
      expect(receipt.deliveries.map(({ ruleId }) => ruleId)).toEqual(['2002']);
    }

    expect(steps).toBeLessThanOrEqual(WORK_LIMITS.requestSteps + 500 * 3 * WORK_LIMITS.guaranteedSteps);
    expect(request.stepsLeft).toBeGreaterThanOrEqual(0);
  });

  it('leaves room for eight short templates in each event of the largest batch', async () => {
    await withLiquid();
    const template = { '@liquid': '{{ properties.plan | upcase }}' };
    const names = ['title', 'companyName', 'firstName', 'lastName'];
    const fields = { userInfo: Object.fromEntries(names.map((name) => [name, template])) };
    const mappings = ['1001', '1002'].map((rule) => aMapping({ conversion_rule_id: rule, fields }));
    const { work } = await received(aTrack({ properties: { plan: 'growth' } }), mappings);

    // The collector's largest batch.
    const events = 5_000;
    const room = new RequestWork(events).stepsLeft / events;
    expect(work.stepsDone).toBeGreaterThan(8 * 200);
    expect(work.stepsDone).toBeLessThanOrEqual(room + 2 * WORK_LIMITS.mappingSteps);
  });

  it("doesn't end a membership by a trigger that was given up", async () => {
    const audience = `type = "identify" and (traits.member = true or ${repeated('match(traits.x,"*?b*")', ' or ')
      .slice(0, 3_000)
      .replace(/ or [^)]*$/, '')})`;
    const { receipt, work } = await received(anIdentify({ member: false, x: LONG }), [aMapping({ trigger: audience })]);

    expect(receipt.membershipsLeft).toEqual([]);
    expect(work.stepsDone).toBeLessThanOrEqual(MOST_STEPS);
  });

  it('uses less than a hundredth of its budget for 50 ordinary mappings', async () => {
    const mappings = Array.from({ length: MAX_MAPPINGS }, (_, index) =>
      aMapping({
        id: `map_${index}`,
        conversion_rule_id: String(3_000 + index),
        trigger: `event = "Order Completed" and properties.total > ${index} and match(context.page.url, "*/checkout*")`,
        fields: {
          conversionValue: {
            amount: at('total'),
            currencyCode: { '@case': { operator: 'upper', value: at('currency') } },
          },
          eventId: { '@template': 'order-{{properties.order_id}}' },
          userInfo: { firstName: { '@path': '$.traits.firstName' }, lastName: { '@path': '$.traits.lastName' } },
        },
      }),
    );

    const { receipt, work } = await received(
      aTrack({
        properties: { total: 149.99, currency: 'eur', order_id: '1042' },
        traits: { firstName: 'Ann', lastName: 'Lee' },
        context: { page: { url: 'https://www.example.com/checkout/thanks?utm_source=linkedin' } },
      }),
      mappings,
    );

    expect(receipt.deliveries).toHaveLength(MAX_MAPPINGS);
    expect(work.stepsDone).toBeLessThan(WORK_LIMITS.eventSteps / 50);
    expect(work.charsDone).toBeLessThan(WORK_LIMITS.eventChars / 3);
  });
});
