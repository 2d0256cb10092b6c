import { resourceError } from '../error-response.ts';
import { isRecord } from '../json-value.ts';
import { empty, json } from '../response.ts';
import type { Resource, Visit } from '../restli/resource.ts';
import { CONVERSION_EVENT } from '../schema/conversion-event.ts';
import { violations } from '../schema/violations.ts';
import { checkBusiness } from './event-business.ts';
import { checkEventRules } from './event-rules.ts';

/**
 * Accepts conversion events, one or up to 5,000 at once. One bad element refuses the whole request, and nothing of it
 * is stored.
 */
export const conversionEvents: Resource = {
  name: 'conversionEvents',
  path: /^\/rest\/conversionEvents\/?$/,
  scopes: ['rw_conversions'],
  // Measured 2026-08: accepted without the header.
  needsProtocol2: false,
  methods: {
    CREATE: (visit) => {
      const lines = schemaLines(visit.body, visit);
      if (lines.length > 0) throw schemaRefusal(lines);
      const proceed = judged([visit.body], visit);
      return () => {
        proceed();
        return empty(201);
      };
    },
    BATCH_CREATE: (visit) => {
      const elements = elementsOf(visit);
      const lines = elements.flatMap((element, index) => {
        const [first, ...more] = schemaLines(element, visit);
        return first === undefined ? [] : [`Index: ${index}, ${first}`, ...more];
      });
      if (lines.length > 0) throw schemaRefusal(lines);
      const proceed = judged(elements, visit);
      return () => {
        proceed();
        return json(200, { elements: elements.map(() => ({ status: 201 })) });
      };
    },
  },
};

function elementsOf({ body, world }: Visit): unknown[] {
  if (!isRecord(body) || !Array.isArray(body['elements']))
    throw resourceError(400, 'Invalid BATCH_CREATE request: the body must hold an array called "elements"');
  const elements: unknown[] = body['elements'];
  const max = world.state.max_elements;
  if (elements.length > max)
    throw resourceError(400, `Batch size ${elements.length} exceeds the maximum of ${max} elements`);
  return elements;
}

function schemaLines(element: unknown, { version, world }: Visit): string[] {
  return violations(element, CONVERSION_EVENT, { version, refusedSymbols: world.state.refused_id_types });
}

const schemaRefusal = (lines: readonly string[]) => resourceError(422, lines.map((line) => `${line}\n`).join(''));

/** Runs the checks after the schema: first the events' rules, then their values. */
function judged(elements: readonly unknown[], visit: Visit): () => void {
  const events = elements.filter(isRecord);
  checkEventRules(events, visit);
  checkBusiness(events, visit.now);
  return () => visit.world.inbox.keep(visit.call, visit.requestId, events, visit.now);
}
