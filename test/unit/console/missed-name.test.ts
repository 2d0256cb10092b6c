/** Live events and an event's history say which mapping misses a name only by its spelling, until one accepts it. */
import { describe, expect, it } from 'vitest';

import { mappedBeside, missedName } from '../../../client/console/mapping/missed-name.ts';
import { outcomeInWords } from '../../../client/console/story/outcome-in-words.ts';
import type { EventView } from '../../../worker/schema/events/event-view.ts';

const LEADS = 'type = "track" and event = "Lead Generated"';

describe('a name that no mapping accepts', () => {
  it.each([
    ['lead generated', LEADS, 'case'],
    ['Lead Generated ', LEADS, 'spaces'],
    ['lead_generated', LEADS, 'spelling'],
    ['lead generated', 'event = "Lead Generated" and properties.value > 100', 'case'],
    ['lead generated', 'event in ["Demo Requested", "Lead Generated"]', 'case'],
  ])('such as %j is near the one of %s', (name, trigger, differs) => {
    expect(missedName(name, [{ integrationId: 'int_1', triggers: ['event = "Other"', trigger] }])).toMatchObject({
      asked: 'Lead Generated',
      differs,
    });
  });

  it.each([['Lead'], ['Order Completed']])('such as %j is near none', (name) => {
    expect(missedName(name, [{ integrationId: 'int_1', triggers: [LEADS] }])).toBeUndefined();
  });
});

describe('a name is no longer missed', () => {
  it.each([
    ['the mapping accepts both', ['event in ["Lead Generated", "lead generated"]']],
    ['another one accepts it', [LEADS, 'event = "lead generated"']],
    ['another one accepts it under a condition', [LEADS, 'event = "lead generated" and properties.vip = true']],
    ['another one accepts it in any case', [LEADS, 'lowercase(event) = "lead generated"']],
    ['another one accepts every event', [LEADS, 'type = "track"']],
  ])('when %s', (_why, triggers) => {
    expect(missedName('lead generated', [{ integrationId: 'int_1', triggers }])).toBeUndefined();
  });

  it('unless only another connection accepts it', () => {
    const connections = [
      { integrationId: 'int_1', triggers: ['event = "lead generated"'] },
      { integrationId: 'int_2', triggers: [LEADS] },
    ];

    expect(missedName('lead generated', connections)).toMatchObject({ asked: 'Lead Generated' });
  });
});

describe('a name that is mapped by now beside a similar one', () => {
  it.each([
    [
      'the mapping accepts both',
      ['event in ["Lead Generated", "lead generated"]'],
      { asked: 'Lead Generated', differs: 'case' },
    ],
    ['another one accepts it', [LEADS, 'event = "lead generated"'], { asked: 'Lead Generated', differs: 'case' }],
    ['only under a condition', [LEADS, 'event = "lead generated" and properties.vip = true'], undefined],
    ['alone', ['event = "lead generated"'], undefined],
    ['not at all', [LEADS], undefined],
  ])('is told with it: %s', (_how, triggers, told) => {
    expect(mappedBeside('lead generated', [{ integrationId: 'int_1', triggers }])).toEqual(told);
  });
});

describe('the outcome of an event', () => {
  const of = (reason: string, categories: Record<string, boolean> = {}): string =>
    outcomeInWords(
      { type: 'track', event: 'order completed', reason, sentence: 'As the API says.', consent: consentOf(categories) },
      [{ integrationId: 'int_1', triggers: ['event = "Order Completed"'] }],
    );

  it.each([
    ['no_mapping', {}, 'No mapping matches: “Order Completed” differs only in capital letters.'],
    [
      'no_consent',
      { advertising: false, analytics: true },
      'The visitor refused advertising, and the connection requires consent that they have not given.',
    ],
    ['no_consent', {}, 'The visitor has not answered about consent, and the connection requires it.'],
    // Another category than those is required, so it isn't known whether it was refused.
    ['no_consent', { analytics: true }, 'As the API says.'],
    ['bot', { advertising: false }, 'As the API says.'],
  ])('%s with the answers %j is “%s”', (reason, categories, sentence) => {
    expect(of(reason, categories)).toBe(sentence);
  });
});

function consentOf(categories: Record<string, boolean>): EventView['consent'] {
  return { categories, policy: 'denied' };
}
