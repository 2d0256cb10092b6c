import { expect, it } from 'vitest';

import { deedInWords } from '../../../client/console/access/deed-in-words.ts';
import type { AuditedChange, AuditEntry } from '../../../worker/schema/reports/audit.ts';

const connection = '/integrations/int_1';
const rule = '/config/conversion_rule_id';

it.each<[AuditEntry['method'], string, AuditedChange[] | null, string]>([
  [
    'PATCH',
    connection,
    [{ field: `${rule}/Sign Up`, from: null, to: '1001' }],
    'mapped “Sign Up” to conversion rule 1001',
  ],
  [
    'PATCH',
    connection,
    [{ field: `${rule}/Lead`, from: '1001', to: 'urn:lla:llaPartnerConversion:1003' }],
    'mapped “Lead” to conversion rule 1003 instead of 1001',
  ],
  [
    'PATCH',
    connection,
    [{ field: `${rule}/A~1B `, from: '7', to: null }],
    'stopped mapping “A/B␣” to conversion rule 7',
  ],
  [
    'PATCH',
    connection,
    [{ field: `${rule}/Lead`, removed: [], added: ['7', '8'] }],
    'mapped “Lead” to conversion rules 7, 8',
  ],
  [
    'PATCH',
    connection,
    [
      { field: `${rule}/Lead`, from: null, to: '7' },
      { field: `${rule}/Order`, from: '7', to: null },
    ],
    'changed the mapping of 2 events',
  ],
  ['PATCH', connection, [{ field: '/enabled', from: true, to: false }], 'disabled a LinkedIn connection'],
  ['PATCH', `${connection}/mappings/map_1`, [{ field: '/enabled', from: false, to: true }], 'enabled a mapping'],
  [
    'PATCH',
    connection,
    [
      { field: '/enabled', from: false, to: true },
      { field: `${rule}/Lead`, from: null, to: '7' },
    ],
    'changed a LinkedIn connection',
  ],
  ['PATCH', '/sources/src_1', [{ field: '/name', from: 'A', to: 'B' }], 'renamed the site “A” to “B”'],
  ['PATCH', '/sources/src_1', null, 'changed a site'],
  ['POST', `${connection}/conversion-rules`, null, 'used a conversion rule that LinkedIn already had'],
  ['POST', `${connection}/conversion-rules/9`, null, 'created a conversion rule'],
  [
    'POST',
    `${connection}/conversion-rules/9`,
    [{ field: '/name', from: null, to: 'Leads' }],
    'created a conversion rule',
  ],
  ['PUT', '/moon', null, 'made a change that this page does not know'],
])('%s %s with %j is said as: %s', (method, path, changes, words) => {
  expect(deedInWords({ method, path, changes }).words).toBe(words);
});
