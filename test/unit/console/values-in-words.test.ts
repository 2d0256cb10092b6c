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
  [{ field: '/fields/email', from: '{"@path":"$.traits.mail"}', to: null }, 'fields: E-mail: was “traits.mail”'],
  [
    { field: '/default_value', from: '{"amount":"500","currency":"USD"}', to: '{"amount":1200.5,"currency":"EUR"}' },
    'default value: from USD\u00a0500.00 to EUR\u00a01,200.50',
  ],
  [{ field: '/unknown_consent', from: 'granted', to: 'by_region' }, 'unknown consent: from “Granted” to “By region”'],
  [{ field: '/kind', from: null, to: 'generic' }, 'CRM: set to “another CRM”'],
  [{ field: '/lawful_basis', from: 'contract', to: 'consent' }, 'lawful basis: from “Contract” to “Consent”'],
  [{ field: '/role', from: null, to: 'viewer' }, 'role: set to “Viewer”'],
  [{ field: '/type', from: null, to: 'webhook' }, 'type: set to “Webhook”'],
  [{ field: '/type', from: 'LEAD', to: 'CONTACT' }, 'type: from “Lead” to “Contact”'],
  [{ field: '/type', from: null, to: 'NEW_TYPE' }, 'type: set to “NEW_TYPE”'],
  [{ field: '/post_click_attribution_window_size', from: 30, to: 1 }, 'click window: from 30 days to 1 day'],
  [{ field: '/expires_at', from: null, to: '2031-05-31T19:29:59.000Z' }, 'expires: set to 31 May 2031, 19:29:59'],
  [
    { field: '/quiet_hours', from: null, to: '{"from":"22:00","to":"07:00","critical_too":false}' },
    'quiet hours: set to 22:00 to 07:00',
  ],
  [{ field: '/url', is_hidden: true }, 'address: changed, value not recorded'],
  [{ field: '/config/conversion_rule_id/Sign Up', from: null, to: '1001' }, 'mapped “Sign Up” to conversion rule 1001'],
  [{ field: '/config/access_token', is_hidden: true }, 'access token: changed, value not recorded'],
  [{ field: '/source_ids', removed: [], added: ['src_1', 'src_gone'] }, 'sites: added Shop, src_gone'],
])('a change %j reads: %s', (change, words) => {
  expect(valuesInWords(change, [{ id: 'src_1', name: 'Shop' }])).toBe(words);
});

it('a secret of something new is set, not changed', () => {
  expect(valuesInWords({ field: '/url', is_hidden: true }, [], true)).toBe('address: set, value not recorded');
});
