import { expect, it } from 'vitest';

import { valuesInWords } from '../../../client/console/access/values-in-words.ts';
import type { AuditedChange } from '../../../worker/schema/reports/audit.ts';

it.each<[AuditedChange, string]>([
  [{ field: '/name', from: 'Shop', to: 'Store ' }, 'name: from “Shop” to “Store␣”'],
  [{ field: '/enabled', from: true, to: false }, 'enabled: from on to off'],
  [{ field: '/config/quota_per_day', from: null, to: 500 }, 'requests per day: set to 500'],
  [{ field: '/max_events_per_minute', from: 60, to: null }, 'events per minute, maximum: was 60'],
  [
    { field: '/allowed_origins', removed: ['https://a.example'], added: ['https://b.example', 'https://c.example'] },
    'addresses of the website: added https://b.example, https://c.example; removed https://a.example',
  ],
  [{ field: '/labels', removed: [], added: ['EU'] }, 'labels: added EU'],
  [{ field: '/fields/email', from: '{"@path":"$.traits.mail"}', to: null }, 'fields: email: was “$.traits.mail”'],
  [
    { field: '/default_value', from: '{"amount":"500","currency":"USD"}', to: '{"amount":1200.5,"currency":"EUR"}' },
    'default value: from USD 500.00 to EUR 1,200.50',
  ],
  [{ field: '/config/access_token', is_hidden: true }, 'access token: changed, value not recorded'],
  [{ field: '/source_ids', removed: [], added: ['src_1', 'src_gone'] }, 'sites: added Shop, src_gone'],
])('a change %j reads: %s', (change, words) => {
  expect(valuesInWords(change, [{ id: 'src_1', name: 'Shop' }])).toBe(words);
});
