import { describe, expect, it } from 'vitest';

import { judged } from '../../../worker/domain/reports/verdict.ts';
import { namesInLedger } from '../../../worker/domain/reports/why-none.ts';
import type { NoneFacts } from '../../../worker/domain/reports/why-none.ts';
import type { MappingSettings } from '../../../worker/domain/rules/missed-names.ts';

const LEADS: MappingSettings = { conversion_rule_id: { 'Lead Generated': '1001' } };
const triggered = (trigger: string, enabled = true): MappingSettings => ({
  mappings: [
    { id: 'map_1', name: 'Thanks', enabled, trigger, conversion_rule_id: '1001', fields: {}, default_value: null },
  ],
});
const connection = { enabled: true, hasToken: true, hold: null, rules: [] };

/** The verdict on a connected site that received events. None was delivered unless a test sets a number. */
const verdictOf = (
  { names = {}, ...others }: Partial<Omit<NoneFacts, 'names'>> & { names?: Record<string, number> },
  over: object = {},
) =>
  judged({
    connections: [connection],
    held: 0,
    failed: 0,
    received: 120,
    isNew: false,
    delivered: 0,
    refused: 0,
    refusedBefore: 0,
    tokenDaysLeft: null,
    versionDaysLeft: null,
    others: {
      waiting: 0,
      skipped: { no_mapping: 120 },
      settings: [LEADS],
      isShortLull: false,
      ...others,
      names: new Map(Object.entries(names)),
    },
    ...over,
  });

describe('a site whose events all match no mapping needs attention, and reads why', () => {
  it.each([
    [
      'a name differs in case',
      { names: { 'lead generated': 12, Signup: 108 } },
      'None of its 120 events matches a mapping. The nearest, “lead generated” (12 events), differs only in case from “Lead Generated”.',
    ],
    [
      'a name has a space at its end, in a mapping with another name',
      { names: { 'Lead Generated ': 1 }, settings: [triggered('event = "Lead Generated"')] },
      'None of its 120 events matches a mapping. The nearest, “Lead Generated␣” (1 event), differs only in spaces from “Lead Generated”, which the mapping “Thanks” asks for.',
    ],
    [
      'no name is similar',
      { names: { Login: 20, Signup: 90, Logout: 10 } },
      'None of its 120 events matches a mapping. The most frequent names are “Signup” (90 events) and “Login” (20 events).',
    ],
    [
      'it received one event',
      { names: { Signup: 1 }, skipped: { no_mapping: 1 } },
      'Its only event matches no mapping. The most frequent name is “Signup” (1 event).',
    ],
    [
      'bots and repeats came too',
      { names: { Signup: 5 }, skipped: { no_mapping: 5, bot: 9, duplicate: 2 } },
      'None of its 5 events matches a mapping. The most frequent name is “Signup” (5 events).',
    ],
    [
      'there is no mapping',
      { names: { Signup: 120 }, settings: [{}] },
      'No event becomes a conversion: no mapping is enabled. The most frequent name is “Signup” (120 events).',
    ],
    [
      'all mappings are disabled',
      { settings: [triggered('event = "Lead Generated"', false)] },
      'No event becomes a conversion: no mapping is enabled. Only events without a name came, such as page views.',
    ],
    [
      'a mapping asks for a page that nobody saw',
      { settings: [triggered('type = "page" and context.page.path = "/thanks"')] },
      'None of its 120 events matches a mapping. Only events without a name came, such as page views.',
    ],
  ])('if %s', (_, others, sentence) => {
    expect(verdictOf(others)).toEqual({ verdict: 'attention', cause: 'nothing_mapped', sentence });
  });
});

describe('a site without a delivered conversion is quiet', () => {
  it.each([
    ['it is a quiet day, and earlier events did fit', { names: { Signup: 120 }, isShortLull: true }, 'nothing_mapped'],
    ['only page views came, and mappings ask for names', {}, 'nothing_mapped'],
    ['the mapping is newer than its events', { names: { 'Lead Generated': 3, Signup: 9 } }, 'nothing_mapped'],
    ['conversions wait to be sent', { waiting: 1 }, 'nothing_delivered'],
    ['the few visitors who converted did not consent', { skipped: { no_consent: 3 } }, 'nothing_delivered'],
    ['only bots came', { skipped: { bot: 40 } }, 'nothing_delivered'],
  ])('if %s', (_, others, cause) => {
    expect(verdictOf(others)).toMatchObject({ verdict: 'quiet', cause });
  });
});

describe('a site whose conversions are all skipped needs attention', () => {
  it.each([
    [
      'hardly by chance',
      { no_consent: 25, no_identity: 5, no_mapping: 90 },
      '30 events match a mapping, but all were skipped. The most frequent reason: The visitor has not given the consent that the connection requires.',
    ],
    [
      'by a setting',
      { test_mode: 1 },
      '1 event matches a mapping, but was skipped. The connection is in test mode: everything was done except the request to LinkedIn.',
    ],
  ])('%s', (_, skipped, sentence) => {
    expect(verdictOf({ skipped })).toEqual({ verdict: 'attention', cause: 'all_skipped', sentence });
  });
});

it('a site that delivers needs attention when a mapping misses a name by its spelling', () => {
  const names = { 'lead generated': 12, 'Order Completed': 80 };
  const settings = [{ conversion_rule_id: { 'Lead Generated': '1001', 'Order Completed': '1002' } }];

  expect(verdictOf({ names, settings }, { delivered: 80 })).toEqual({
    verdict: 'attention',
    cause: 'event_name_missed',
    sentence: '12 events named “lead generated” match no mapping. The name differs only in case from “Lead Generated”.',
  });
  expect(verdictOf({ names: { 'Order Completed': 80 }, settings }, { delivered: 80 }).verdict).toBe('working');
});

it('counts names over all days of a ledger, without types and rare names', () => {
  const none = { delivered: 0, unconfirmed: 0, pending: 0, held: 0, dead: 0, expired: 0, erased: 0, rejected: 0 };
  const rows = ['Lead', 'page', 'Lead', '(other)', 'track'].map((event, index) => ({
    day: `2026-11-2${index}`,
    event,
    received: 2,
    skipped: {},
    ...none,
  }));

  expect([...namesInLedger(rows)]).toEqual([['Lead', 4]]);
});
