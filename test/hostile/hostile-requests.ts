import fc from 'fast-check';

import { fieldName, json, ownFields, scalar, text } from './hostile-values.ts';

/** Noon of the current day, so that a seed makes the same events all day long. */
const NOON_MS = Math.floor(Date.now() / 86_400_000) * 86_400_000 + 43_200_000;

/** An event's field names, each with values that are right, nearly right and wrong. */
const types = fc.oneof(
  { weight: 16, arbitrary: fc.constantFrom('track', 'page', 'identify') },
  { weight: 1, arbitrary: fc.constantFrom('group', 'alias', 'screen', 'TRACK', '', 'jane.doe@example.com') },
  { weight: 1, arbitrary: json },
);

const events = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom('Order Completed', 'Lead Generated', 'page', 'Junk') },
  { weight: 1, arbitrary: text },
  { weight: 1, arbitrary: json },
);

const ids = fc.oneof(
  { weight: 12, arbitrary: fc.uuid() },
  { weight: 3, arbitrary: text },
  { weight: 1, arbitrary: scalar },
  { weight: 1, arbitrary: json },
);

const times = fc.oneof(
  { weight: 12, arbitrary: fc.integer({ min: -100, max: 20 }).map((days) => NOON_MS + days * 86_400_000) },
  { weight: 2, arbitrary: fc.date({ noInvalidDate: true }).map((date) => date.toISOString()) },
  { weight: 1, arbitrary: fc.integer({ min: 1_700_000_000, max: 1_900_000_000_000 }) },
  { weight: 1, arbitrary: scalar },
);

const consentValue = fc.oneof(
  scalar,
  fc.constantFrom('granted', 'denied', 'yes', 'no', 'on', 'off', 'YES', ' true ', 1, 0),
  json,
);

const consent: fc.Arbitrary<unknown> = fc.oneof(
  consentValue,
  fc.record({ advertising: consentValue }, { requiredKeys: [] }),
  ownFields(fieldName, consentValue, 80),
);

const products = fc.array(fc.oneof(fc.record({ price: scalar, quantity: scalar }, { requiredKeys: [] }), json), {
  maxLength: 40,
});

const properties = fc.oneof(
  { weight: 1, arbitrary: json },
  { weight: 10, arbitrary: ownFields(fieldName, json, 30) },
  {
    weight: 10,
    arbitrary: fc.record(
      { email: scalar, total: scalar, value: scalar, currency: scalar, li_fat_id: text, products, page: json },
      { requiredKeys: [] },
    ),
  },
);

const context = fc.oneof(
  { weight: 1, arbitrary: json },
  {
    weight: 20,
    arbitrary: fc.record(
      {
        consent: fc.oneof(
          consent,
          fc.record(
            { categoryPreferences: consent, destinationPreferences: consent, source: scalar },
            { requiredKeys: [] },
          ),
        ),
        page: fc.record({ url: text, referrer: text, title: text }, { requiredKeys: [] }),
        traits: json,
        ip: scalar,
        userAgent: text,
        li_fat_id: scalar,
      },
      { requiredKeys: [] },
    ),
  },
);

/** An event that a stranger, a broken script or a clumsy export may send. */
export const hostileEvent: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 1, arbitrary: json },
  {
    weight: 12,
    arbitrary: fc.record(
      {
        type: types,
        event: events,
        name: events,
        messageId: ids,
        userId: ids,
        anonymousId: ids,
        timestamp: times,
        sentAt: times,
        properties,
        traits: properties,
        context,
        integrations: fc.oneof(json, ownFields(fc.constantFrom('All', 'LinkedIn', 'linkedin_ads'), consentValue, 3)),
      },
      { requiredKeys: ['type'] },
    ),
  },
);

/** A short event, so that the stored bytes beyond its own are visible. */
export const shortEvent: fc.Arbitrary<unknown> = fc.record(
  {
    type: fc.constantFrom('track', 'page', 'identify'),
    event: fc.constantFrom('Order Completed', 'Lead Generated', 'Junk', 'x'),
    messageId: fc.oneof(fc.uuid(), fc.string({ maxLength: 8 })),
    userId: fc.constantFrom('u1', 'u2', ''),
    properties: fc.record(
      { email: fc.constantFrom('a@b.example', 'c@d.example'), value: fc.constantFrom(1, '2.50'), a: fc.constant(1) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: ['type', 'event'] },
);

/** The fields next to the events of a batch. */
export const hostileBeside: fc.Arbitrary<Record<string, unknown>> = fc.record(
  {
    consent,
    sentAt: times,
    cookieDomain: scalar,
    carried: json,
    reset: fc.oneof(fc.boolean(), scalar),
    integrations: json,
  },
  { requiredKeys: [] },
);

/** A request with its body as text: some are truncated, some aren't JSON, some claim to be something else. */
export type HostileRequest = { path: string; body: string; headers: Record<string, string> };

const paths = fc.constantFrom(
  '/v1/batch',
  '/v1/b',
  '/v1/track',
  '/v1/t',
  '/v1/page',
  '/v1/identify',
  '/v1/group',
  '/v1/alias',
  '/v1/screen',
);

const headers = fc.record(
  {
    'Content-Type': fc.constantFrom(
      'application/json',
      'text/plain',
      'application/json; charset=utf-8',
      'text/xml',
      '',
    ),
    Origin: fc.constantFrom('https://www.example.com', 'null', 'http://localhost:45872', 'https://evil.example'),
    Cookie: fc.constantFrom(
      '_dfid=00000000-0000-0000-0000-000000000000',
      '_df_identity=k.x.y; _df_click=1.2.3; li_fat_id=%%%',
      'li_fat_id=; li_fat_id=good',
      `_df_identity=${'A'.repeat(4_000)}`,
    ),
    'Sec-GPC': fc.constantFrom('1', '0'),
    'User-Agent': fc.constantFrom('Mozilla/5.0', 'Googlebot/2.1', ''),
  },
  { requiredKeys: [] },
);

/** Requests with a write key, as texts. The key is in the body, as from a page. */
export function hostileRequest(writeKey: string): fc.Arbitrary<HostileRequest> {
  const single = hostileEvent.map((event) =>
    JSON.stringify(typeof event === 'object' && event !== null ? { ...event, writeKey } : event),
  );
  const batch = fc
    .tuple(
      hostileBeside,
      fc.oneof({ weight: 6, arbitrary: fc.array(hostileEvent, { maxLength: 12 }) }, { weight: 1, arbitrary: json }),
    )
    .map(([beside, events_]) => JSON.stringify({ ...beside, writeKey, batch: events_ }));
  const whole = fc.oneof({ weight: 2, arbitrary: single }, { weight: 3, arbitrary: batch });
  const body = fc.oneof(
    { weight: 12, arbitrary: whole },
    // Truncated, doubled, or with bytes that aren't UTF-8 once they are sent.
    { weight: 1, arbitrary: fc.tuple(whole, fc.nat({ max: 400 })).map(([full, at]) => full.slice(0, at)) },
    { weight: 1, arbitrary: whole.map((full) => full + full) },
    { weight: 1, arbitrary: text },
  );
  return fc.record({ path: paths, body, headers });
}

/** A call of the management API with a valid token, and little else that is valid. */
export type HostileCall = { method: string; path: string; body: string | undefined };

const settings = fc.record(
  {
    id: fc.oneof(text, fc.constantFrom('src_fuzz', 'int_fuzz')),
    source_id: fc.constantFrom('src_fuzz', 'src_nobody', '', '../x'),
    name: scalar,
    write_key: text,
    allowed_origins: fc.oneof(json, fc.array(text, { maxLength: 4 })),
    unknown_consent: scalar,
    consent_categories: fc.oneof(json, fc.array(text, { maxLength: 4 })),
    enabled: scalar,
    trigger: text,
    conversion_rule_id: fc.oneof(scalar, json),
    fields: json,
    config: json,
    event: hostileEvent,
    filter: json,
    ids: json,
    email: scalar,
    user_id: scalar,
  },
  { requiredKeys: [] },
);

const managementPaths = fc
  .tuple(
    fc.constantFrom(
      '/sources',
      '/sources/ID',
      '/sources/ID/events',
      '/sources/ID/events/ID',
      '/sources/ID/ledger',
      '/sources/ID/ledger/rules',
      '/sources/ID/lint',
      '/sources/ID/consent',
      '/sources/ID/refusals',
      '/sources/ID/server-keys',
      '/integrations',
      '/integrations/ID',
      '/integrations/ID/mappings',
      '/integrations/ID/mappings/ID',
      '/integrations/ID/preview',
      '/integrations/ID/deliveries',
      '/integrations/ID/deliveries/ID',
      '/integrations/ID/replay',
      '/integrations/ID/status',
      '/people/erase',
      '/tokens',
      '/audit-log',
    ),
    fc.oneof(fc.constantFrom('src_fuzz', 'int_fuzz'), text),
    fc.oneof({ weight: 4, arbitrary: fc.constant('') }, { weight: 1, arbitrary: fc.tuple(fieldName, text) }),
  )
  .map(([path, id, query]) => {
    const own = path.replaceAll('ID', () => encodeURIComponent(id.toWellFormed()));
    return query === '' ? own : `${own}?limit=${encodeURIComponent(query[1].toWellFormed())}&from=${query[0].length}`;
  });

export const hostileCall: fc.Arbitrary<HostileCall> = fc
  .tuple(
    fc.constantFrom('GET', 'POST', 'PATCH', 'PUT', 'DELETE'),
    managementPaths,
    fc.oneof(settings, json).map((value) => JSON.stringify(value)),
  )
  .map(([method, path, body]) => ({ method, path, body: method === 'GET' ? undefined : body }));
