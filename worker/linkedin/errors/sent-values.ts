import { isFields } from '../../schema/fields.ts';

/**
 * Returns every personal value in the elements that were sent. LinkedIn's error texts echo refused values in various
 * forms, and these values have to be removed.
 *
 * @param elements Conversion events as JSON texts.
 */
export function sentValues(elements: readonly string[]): Set<string> {
  const values = new Set<string>();
  for (const text of elements) {
    const element: unknown = JSON.parse(text);
    if (isFields(element)) addTexts(element['user'], values);
  }
  return values;
}

function addTexts(value: unknown, values: Set<string>): void {
  if (typeof value === 'string') values.add(value);
  else if (Array.isArray(value)) for (const item of value) addTexts(item, values);
  else if (isFields(value))
    for (const [name, item] of Object.entries(value)) {
      // The type of an identifier is LinkedIn's own word, and it is useful to know which type was refused.
      if (name !== 'idType') addTexts(item, values);
    }
}
