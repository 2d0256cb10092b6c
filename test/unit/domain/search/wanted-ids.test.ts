import { expect, it } from 'vitest';

import { wantedEventIds } from '../../../../worker/domain/search/wanted-ids.ts';

const template = (text: unknown) => ({ fields: { eventId: { '@template': text } } });

it.each([
  ['no mapping', [], ['A-17']],
  ['a template with one placeholder', [template('order-{{properties.order_id}}')], ['A-17', 'order-A-17']],
  ['the same template twice', [template('o-{{a}}'), template('o-{{b}}')], ['A-17', 'o-A-17']],
  ['a template that is only the placeholder', [template('{{properties.order_id}}')], ['A-17']],
  ['two placeholders', [template('{{a}}-{{b}}')], ['A-17']],
  ['a filter of Liquid', [template('o-{{ a | upcase }}')], ['A-17']],
  ['another directive', [{ fields: { eventId: { '@path': '$.properties.order_id' } } }], ['A-17']],
  ['no text', [template(7)], ['A-17']],
  [
    'many templates',
    Array.from({ length: 9 }, (_, place) => template(`${place}-{{a}}`)),
    expect.objectContaining({ length: 6 }),
  ],
])('an order may have the event IDs of the templates: %s', (_what, mappings, expected) => {
  expect(wantedEventIds('A-17', mappings)).toEqual(expected);
});
