import { isFields } from '../../schema/fields.ts';
import type { Fields } from '../../schema/fields.ts';
import { comparedHeader } from '../imports/columns/column-words.ts';
import { consentMeaning, isStatus } from '../imports/columns/consent-columns.ts';
import { consentIn } from '../imports/consent-words.ts';
import { memoized } from '../memoize.ts';
import { onlyItem } from '../reading/only-item.ts';

/** A property of a change that is about consent, and what its answer means. */
export type ConsentProperty = { means: 'consent' | 'opt_out' | 'permission' | 'status'; text: string };

/** A body of a CRM has far fewer properties. */
const MAX_PROPERTIES = 2_000;
const MAX_DEPTH = 8;

/**
 * The objects that are about the person of the change, or only hold its properties. Others are about somebody else, such
 * as the deal's owner or the company, or about what was true before.
 */
const OF_PERSON =
  /^(?:data|properties|attributes|fields|customfields|custom|person|contact|primarycontact|customer|lead|traits|context|payload|record|object|body|event|deal|opportunity|profile|privacy|gdpr|preferences|categorypreferences|communicationpreferences|subscriptions?|marketing|permissions?)$/;

/** Numbers under these names are money, or how often the person was reached. */
const MAY_BE_COUNTED =
  /^(?:marketing|advertising|advertisement|ads?|tracking|(?:re)?targeting|profiling|newsletter|werbung|publicite|publicidad|pubblicita)$/i;

/** Where an object under a name about consent has its answer. HubSpot's objects have `value`, Shopify's `state`. */
const ANSWERS = ['value', 'status', 'state', 'given', 'granted', 'consented'];

const meaningOf = memoized((name) => consentMeaning(name) ?? (isStatus(name) ? 'status' : ''), {
  maxTexts: 1_000,
  maxChars: 200,
});

/**
 * Finds the properties of a change that are about consent, whatever the hook's fields say, by the names by which an
 * import finds columns. So a refusal counts in the CRM's own words.
 *
 * A change of one property, as HubSpot reports it, has the name in `propertyName` and the answer in `propertyValue`.
 */
export function consentProperties(item: Fields): ConsentProperty[] {
  const found: ConsentProperty[] = [];
  let left = MAX_PROPERTIES;
  const note = (name: string, value: unknown): void => {
    const means = meaningOf(name);
    if (means === '') return;
    const only = onlyItem(value);
    const answer = isFields(only) ? answerIn(only) : only;
    const isCounted = typeof answer === 'number' && MAY_BE_COUNTED.test(name);
    if (isCounted || (isFields(only) && answer === undefined)) return;
    if (!Array.isArray(answer)) found.push({ means, text: textOf(answer) });
    // Several tags of a person.
    else if (means === 'status') for (const each of answer) found.push({ means, text: textOf(each) });
  };
  const walk = (fields: Fields, depth: number): void => {
    const { propertyName, propertyValue } = fields;
    if (typeof propertyName === 'string') note(propertyName, propertyValue);
    for (const [name, value] of Object.entries(fields)) {
      left -= 1;
      if (left < 0) return;
      note(name, value);
      const only = onlyItem(value);
      const isOfPerson =
        meaningOf(name) !== '' ||
        OF_PERSON.test(comparedHeader(name)) ||
        OF_PERSON.test(comparedHeader(name).replace(/s$/, ''));
      if (depth < MAX_DEPTH && isFields(only) && isOfPerson) walk(only, depth + 1);
    }
  };
  walk(item, 1);
  return found;
}

/**
 * Returns the one answer of an object about consent, such as `{ "advertising": true }`: a no if one of its properties
 * says so. Undefined if it has none that is known.
 */
export function consentOf(object: Fields): unknown {
  const own = answerIn(object);
  if (own !== undefined) return own;
  const answers = consentProperties(object).flatMap(({ means, text }) =>
    means === 'consent' || means === 'permission' ? [consentIn(text)] : [],
  );
  if (answers.includes(false)) return 'no';
  return answers.length > 0 && answers.every((answer) => answer === true) ? 'yes' : undefined;
}

function answerIn(object: Fields): unknown {
  const name = ANSWERS.find((each) => object[each] !== undefined && typeof object[each] !== 'object');
  return name === undefined ? undefined : object[name];
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value);
}
