import { describe, expect, it } from 'vitest';

import { missedNames as missedNamesOf } from '../../../worker/domain/rules/missed-names.ts';
import type { MappingSettings } from '../../../worker/domain/rules/missed-names.ts';
import type { Mapping } from '../../../worker/schema/settings/mapping.ts';

const aMapping = (trigger: string, over: Partial<Mapping> = {}): Mapping => ({
  id: 'map_1',
  name: 'Leads',
  enabled: true,
  trigger,
  conversion_rule_id: '1001',
  fields: {},
  default_value: null,
  ...over,
});

const missedNames = (settings: MappingSettings, names: readonly string[]) =>
  missedNamesOf(settings, new Map([...Map.groupBy(names, (name) => name)].map(([name, { length }]) => [name, length])));

const LEADS = aMapping('type = "track" and event = "Lead Generated"');

describe('a name that a mapping misses', () => {
  it('is one that differs only in its spelling, with the number of its events, the most frequent first', () => {
    const names = ['lead generated', 'Lead Generated ', 'Lead Generated ', 'Order Completed'];
    const missed = { mapping: 'Leads', mappingId: 'map_1', ruleId: '1001', asked: 'Lead Generated' };
    expect(missedNames({ mappings: [LEADS] }, names)).toEqual([
      { ...missed, name: 'Lead Generated ', count: 2, differs: 'spaces' },
      { ...missed, name: 'lead generated', count: 1, differs: 'case' },
    ]);
  });

  it('may be missed by an entry by event name', () => {
    const config = { conversion_rule_id: { 'Lead Generated': ['1001', 'urn:lla:llaPartnerConversion:1002'] } };
    expect(missedNames(config, ['lead generated'])).toMatchObject([
      { mapping: 'Lead Generated', mappingId: undefined, ruleId: '1001' },
      { mapping: 'Lead Generated', mappingId: undefined, ruleId: '1002' },
    ]);
  });

  it.each([
    ['the name came too', { mappings: [LEADS] }, ['Lead Generated', 'lead generated']],
    [
      'another mapping asks for it',
      { mappings: [LEADS, aMapping('event = "lead generated"', { id: 'map_2' })] },
      ['lead generated'],
    ],
    ['the mapping is disabled', { mappings: [{ ...LEADS, enabled: false }] }, ['lead generated']],
    ['it is another name', { mappings: [LEADS] }, ['Lead Lost']],
    ['nothing came', { mappings: [LEADS] }, []],
  ])('is not one if %s', (_, config, names) => {
    expect(missedNames(config, names)).toEqual([]);
  });

  it('is one of at most ten', () => {
    const names = Array.from({ length: 30 }, (_, spaces) => `Lead Generated${' '.repeat(spaces + 1)}`);
    expect(missedNames({ mappings: [LEADS] }, names)).toHaveLength(10);
  });
});
