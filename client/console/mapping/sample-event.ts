import type { EventView } from '../../../worker/schema/events/event-view.ts';

/** Typical values by field name. Real values are never stored, so samples use these. */
const USUAL: readonly (readonly [name: RegExp, value: unknown])[] = [
  [/e-?mail/i, 'jane.doe@example.com'],
  [/currency/i, 'EUR'],
  [/(value|total|revenue|amount|price|net|gross)$/i, 120],
  [/quantity|count|number$/i, 1],
  [/first_?name/i, 'Jane'],
  [/last_?name/i, 'Doe'],
  [/company/i, 'Example Ltd'],
  [/country/i, 'DE'],
  [/li_fat_id/i, 'abc123-def456'],
  [/url|href/i, 'https://www.example.com/'],
  [/(^|_)id$|Id$/, 'a-1001'],
  [/^(is|has)[_A-Z]/, true],
];

/** Makes a sample of a stored event: its type, name, consent and fields, with typical values. */
export function sampleOf(event: Pick<EventView, 'type' | 'event' | 'fields' | 'consent'>): object {
  const sample: Record<string, unknown> = {
    type: event.type,
    ...(event.event !== null && { [event.type === 'page' ? 'name' : 'event']: event.event }),
    properties: {},
    traits: {},
    context: { consent: { categoryPreferences: event.consent.categories } },
  };
  for (const path of event.fields) put(sample, keysOf(path));
  return sample;
}

/** Makes a sample of an event that no site has sent yet. */
export function sampleNamed(name: string, categories: readonly string[]): object {
  return sampleOf({
    type: 'track',
    event: name,
    fields: ['properties.value', 'properties.currency', 'traits.email'],
    consent: { categories: Object.fromEntries(categories.map((category) => [category, true])), policy: 'by_region' },
  });
}

function keysOf(path: string): string[] {
  return path.split(/[.[\]]+/).filter((key) => key !== '');
}

function put(into: Record<string, unknown>, [key = '', ...deeper]: readonly string[]): void {
  // The name comes from the client, so it can't be trusted.
  if (key === '__proto__') return;
  const known = Object.hasOwn(into, key) ? into[key] : undefined;
  const [next] = deeper;
  if (next === undefined) {
    into[key] = known ?? USUAL.find(([name]) => name.test(key))?.[1] ?? 'text';
    return;
  }
  if (next === '0') {
    const [first]: unknown[] = Array.isArray(known) ? known : [];
    const item: Record<string, unknown> = isRecord(first) ? first : {};
    into[key] = [item];
    put(item, deeper.slice(1));
    return;
  }
  const inner: Record<string, unknown> = isRecord(known) ? known : {};
  into[key] = inner;
  put(inner, deeper);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
