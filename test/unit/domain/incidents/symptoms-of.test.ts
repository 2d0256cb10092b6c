import { describe, expect, it } from 'vitest';

import { symptomsOf } from '../../../../worker/domain/incidents/symptoms-of.ts';
import { CAUSES } from '../../../../worker/schema/alerts/causes.ts';
import { HOLD_REASONS } from '../../../../worker/schema/events/outcome.ts';
import { NOW } from '../../support/an-event.ts';
import { aHealth, aRule, aWaitingRule, theFacts } from './a-look.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

const since = (reason: string) => ({ reason, sinceMs: NOW });
const causes = (facts: Parameters<typeof theFacts>[0]): string[] =>
  symptomsOf(theFacts(facts)).map(({ cause, severity }) => `${cause} ${severity}`);
const refused = (code: string, events: number, lastAtMs = NOW) => [{ code, events, detail: '…', lastAtMs }];

describe('what is wrong with a source', () => {
  it('is nothing when all is well', () => {
    expect(causes({})).toEqual([]);
    expect(causes({ health: [aHealth({ rules: [aWaitingRule({ oldestEnqueuedAtMs: NOW - MINUTE_MS })] })] })).toEqual(
      [],
    );
  });

  it.each([
    ['a revoked token', aHealth({ hold: since('token_refused') }), 'token_refused critical'],
    ['no token', aHealth({ hold: since('credentials_missing') }), 'credentials_missing critical'],
    ['a changed key', aHealth({ hold: since('encryption_key_missing') }), 'encryption_key_missing critical'],
    // The outbox holds a rule for these: only the keys of some of its events may be missing.
    [
      'another namespace',
      aHealth({ rules: [aWaitingRule({ hold: since('payload_key_missing') })] }),
      'payload_key_missing critical',
    ],
    [
      'waiting events under a removed key',
      aHealth({ rules: [aWaitingRule({ hold: since('encryption_key_missing') })] }),
      'encryption_key_missing critical',
    ],
    ['a missing role', aHealth({ hold: since('access_denied') }), 'access_denied critical'],
    ['a retired version', aHealth({ hold: since('version_sunset') }), 'version_retired critical'],
    ['an unknown refusal', aHealth({ hold: since('refused_unknown') }), 'refused_unknown critical'],
    [
      'a disabled connection',
      aHealth({ hold: since('integration_disabled'), rules: [aWaitingRule()] }),
      'connection_held warning',
    ],
    [
      'a deleted connection',
      aHealth({ hold: since('integration_missing'), rules: [aWaitingRule()] }),
      'connection_held warning',
    ],
    ['a disabled rule', aHealth({ rules: [aWaitingRule({ hold: since('rule_disabled') })] }), 'rule_held critical'],
    ['failing attempts', aHealth({ rules: [aWaitingRule({ failures: 6 })] }), 'linkedin_unreachable critical'],
    ['a lost alarm', aHealth({ rules: [aWaitingRule({ dueAtMs: NOW - 20 * MINUTE_MS })] }), 'queue_stuck critical'],
    [
      'a used up quota',
      aHealth({ rules: [aWaitingRule({ oldestEnqueuedAtMs: NOW - 7 * HOUR_MS })] }),
      'queue_stuck critical',
    ],
    ['many refusals', aHealth({ failed: 20 }), 'deliveries_failing warning'],
    ['unreadable answers', aHealth({ unconfirmed: 2 }), 'answers_unconfirmed warning'],
  ])('is an incident: %s', (_, health, expected) => {
    expect(causes({ health: [health] })).toEqual([expected]);
  });

  it('is a version that LinkedIn no longer answers with, whatever the table of versions says', () => {
    expect(symptomsOf(theFacts({ integration: { isVersionGone: true, newestVersion: '202610' } }))).toMatchObject([
      {
        cause: 'version_retired',
        severity: 'critical',
        detail: 'LinkedIn no longer answers with 202609. The newest is 202610.',
      },
    ]);
  });

  it.each([
    ['ends, while another is about to be tried', { versionDaysLeft: 20, nextVersion: '202610' }],
    ['has ended, while another is about to be tried', { isVersionGone: true, nextVersion: '202610' }],
    ['was left for another', { workingVersion: '202610' }],
  ])('is none that a version which nobody has set %s', (_, integration) => {
    expect(causes({ integration: { isVersionPinned: false, ...integration } })).toEqual([]);
  });

  it('is none that a conversion has just arrived in a queue that was empty for hours', () => {
    const rule = aWaitingRule({ dueAtMs: NOW - 20 * HOUR_MS, oldestEnqueuedAtMs: NOW - 100 });

    expect(causes({ health: [aHealth({ rules: [rule] })] })).toEqual([]);
  });

  it.each([
    ['a token that cannot be renewed', { isRenewable: false, accessDaysLeft: 14 }, 'token_ending warning'],
    ['such a token on its last days', { isRenewable: false, accessDaysLeft: 3 }, 'token_ending critical'],
    ['the year of a connection', { reconnectDaysLeft: 30 }, 'connection_ending warning'],
    ['the year of a connection, nearly over', { reconnectDaysLeft: 1 }, 'connection_ending critical'],
    ['a version', { versionDaysLeft: 30 }, 'version_retiring warning'],
    ['a version, nearly over', { versionDaysLeft: 7 }, 'version_retiring critical'],
    ['a version that was replaced', { workingVersion: '202610' }, 'version_retired warning'],
    [
      'a version that LinkedIn did not accept a batch with',
      { refusedVersion: { version: '202610', message: 'No' } },
      'version_refused warning',
    ],
  ])('is an end that is near: %s', (_, integration, expected) => {
    expect(causes({ integration })).toEqual([expected]);
    expect(causes({ integration: { ...integration, isEnabled: false } })).toEqual([]);
  });

  it.each([
    [refused('refused_origin', 50), ['traffic_refused warning']],
    [refused('refused_origin', 49), []],
    [refused('refused_origin', 5_000, NOW - 2 * HOUR_MS), []],
    [refused('refused_outbox_full', 1), ['outbox_full critical']],
    [refused('refused_fault', 1), ['collector_failing critical']],
  ])('is refused traffic that goes on: %j', (given, expected) => {
    expect(causes({ refused: given })).toEqual(expected);
  });

  it('is a storage that fills', () => {
    expect(causes({ isForConversionsOnly: true })).toEqual(['outbox_filling warning']);
  });

  it('is not a hold or a few failures while nothing waits', () => {
    expect(causes({ health: [aHealth({ rules: [aRule({ hold: since('rule_disabled') })] })] })).toEqual([]);
    expect(causes({ health: [aHealth({ hold: since('integration_disabled') })] })).toEqual([]);
    expect(causes({ health: [aHealth({ failed: 4, accepted: 0 })] })).toEqual([]);
  });

  it('names the cause once, although its consequences show too', () => {
    const health = [
      aHealth({ hold: since('token_refused'), rules: [aWaitingRule({ failures: 9, hold: since('rule_disabled') })] }),
    ];

    expect(causes({ health, integration: { isRenewable: false, accessDaysLeft: -1 } })).toEqual([
      'token_refused critical',
    ]);
  });

  it('has what waits, its value and when the oldest of it happened', () => {
    const rules = [
      aWaitingRule(),
      aWaitingRule({ ruleId: '1002', waiting: 1, oldestHappenedAtMs: NOW - HOUR_MS * 48 }),
    ];

    expect(symptomsOf(theFacts({ health: [aHealth({ hold: since('token_refused'), rules })] }))).toMatchObject([
      { held: 13, value: [{ currency: 'EUR', amount: '1800' }], oldestMs: NOW - HOUR_MS * 48, scope: 'app:app-1' },
    ]);
  });

  it.each(Object.keys(HOLD_REASONS))('has a cause for each reason to hold: %s', (reason) => {
    const ofAll = causes({ health: [aHealth({ hold: since(reason), rules: [aWaitingRule()] })] });
    const ofRule = causes({ health: [aHealth({ rules: [aWaitingRule({ hold: since(reason) })] })] });

    expect([ofAll.length, ofRule.length]).toEqual([1, 1]);
    expect(Object.keys(CAUSES)).toContain(ofAll[0]?.split(' ')[0]);
  });
});
