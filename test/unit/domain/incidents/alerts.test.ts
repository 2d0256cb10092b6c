import { describe, expect, it } from 'vitest';

import { addressProblem } from '../../../../worker/domain/incidents/alerts/address-problem.ts';
import { alertWords } from '../../../../worker/domain/incidents/alerts/alert-words.ts';
import { addressFaults, hostOfAddress } from '../../../../worker/domain/incidents/alerts/channel.ts';
import type { Channel } from '../../../../worker/domain/incidents/alerts/channel.ts';
import { emailOf, slackBody } from '../../../../worker/domain/incidents/alerts/messages.ts';
import { alertDueMs, digestDay } from '../../../../worker/domain/incidents/alerts/route-alert.ts';
import { incidentView } from '../../../../worker/domain/incidents/incident-view.ts';
import { applyLooks } from '../../../../worker/domain/incidents/incident.ts';
import type { Incident } from '../../../../worker/domain/incidents/incident.ts';
import { symptom } from '../../../../worker/domain/incidents/symptoms-of.ts';
import { DAY_MS, NOW } from '../../support/an-event.ts';

const aChannel = (over: Partial<Channel> = {}): Channel => ({
  id: 'ach_1',
  type: 'webhook',
  name: 'On call',
  enabled: true,
  source_ids: null,
  min_severity: 'warning',
  time_zone: 'UTC',
  quiet_hours: null,
  digest: 'none',
  address: '',
  created_at: '',
  updated_at: '',
  ...over,
});

const anIncident = (over: Partial<Incident> = {}): Incident => {
  const held = { held: 12, value: [{ currency: 'EUR', amount: '900.00' }], oldestMs: NOW - DAY_MS };
  const symptoms = [symptom('token_refused', { sourceId: 'src_1', scope: 'x', detail: 'It was revoked.', ...held })];
  const [change] = applyLooks([], [{ sourceId: 'src_1', symptoms }], { nowMs: NOW, newId: () => 'inc_1' });
  if (change === undefined) throw new Error('Nothing was opened');
  return { ...change.incident, ...over };
};

const opened = (over: Partial<Incident> = {}) => ({ kind: 'opened' as const, incident: anIncident(over) });
const due = (channel: Partial<Channel>, over: Partial<Incident> = {}, nowMs = NOW): number | undefined =>
  alertDueMs(aChannel(channel), opened(over), { nowMs, wasTold: false });

describe('an alert goes to a channel', () => {
  it.each<[string, Partial<Channel>, Partial<Incident>, boolean]>([
    ['for all sources', {}, {}, true],
    ['for its source', { source_ids: ['src_1'] }, {}, true],
    ['for another source', { source_ids: ['src_2'] }, {}, false],
    ['that is disabled', { enabled: false }, {}, false],
    ['for critical ones', { min_severity: 'critical' }, { severity: 'warning' }, false],
    ['for digests only', { min_severity: 'none' }, {}, false],
    ['that is a heartbeat', { type: 'heartbeat' }, {}, false],
  ])('%s', (_, channel, incident, isSent) => {
    expect(due(channel, incident) !== undefined).toBe(isSent);
  });

  it('after a moment in which a storm gathers, and later the more often it opens again', () => {
    const waits = [0, 1, 2, 9].map((reopenings) => (due({}, { reopenings }) ?? 0) - NOW);

    expect(waits).toEqual([10_000, 40_000, 160_000, 30 * 60_000]);
  });

  it('about its end only if it was told the beginning', () => {
    const closed = { kind: 'closed' as const, incident: anIncident({ closedAtMs: NOW }) };

    expect(alertDueMs(aChannel(), closed, { nowMs: NOW, wasTold: false })).toBeUndefined();
    expect(alertDueMs(aChannel(), closed, { nowMs: NOW, wasTold: true })).toBe(NOW);
  });

  const night = { from: '22:00', to: '07:00', critical_too: false };
  it.each<[string, Partial<Channel>, string, Incident['severity'], string]>([
    ['by day', { quiet_hours: night }, '2026-11-21T12:00:00Z', 'warning', '2026-11-21T12:00:10.000Z'],
    ['at night', { quiet_hours: night }, '2026-11-21T23:30:30Z', 'warning', '2026-11-22T07:00:00.000Z'],
    ['in the morning', { quiet_hours: night }, '2026-11-22T06:59:00Z', 'warning', '2026-11-22T07:00:00.000Z'],
    ['at night, critical', { quiet_hours: night }, '2026-11-21T23:30:00Z', 'critical', '2026-11-21T23:30:10.000Z'],
    [
      'at night, critical too',
      { quiet_hours: { ...night, critical_too: true } },
      '2026-11-21T23:30:00Z',
      'critical',
      '2026-11-22T07:00:00.000Z',
    ],
    [
      'at night in New York',
      { quiet_hours: night, time_zone: 'America/New_York' },
      '2026-11-22T03:30:00Z',
      'warning',
      '2026-11-22T12:00:00.000Z',
    ],
    [
      'in the lunch break',
      { quiet_hours: { from: '12:00', to: '13:00', critical_too: false } },
      '2026-11-21T12:30:00Z',
      'warning',
      '2026-11-21T13:00:00.000Z',
    ],
  ])('outside its quiet hours: %s', (_, channel, now, severity, expected) => {
    const atMs = due(channel, { severity }, Date.parse(now));

    expect(new Date(atMs ?? 0).toISOString()).toBe(expected);
  });
});

describe('a digest', () => {
  it.each([
    ['daily', '2026-11-24T08:00:00Z', 'UTC', '2026-11-24'],
    ['daily', '2026-11-24T07:59:00Z', 'UTC', undefined],
    ['daily', '2026-11-24T07:30:00Z', 'Europe/Berlin', '2026-11-24'],
    ['weekly', '2026-11-23T09:00:00Z', 'UTC', '2026-11-23'],
    ['weekly', '2026-11-24T09:00:00Z', 'UTC', undefined],
    ['none', '2026-11-24T09:00:00Z', 'UTC', undefined],
  ] as const)('is due once: %s at %s in %s', (digest, now, time_zone, expected) => {
    expect(digestDay(aChannel({ digest, time_zone }), Date.parse(now))).toBe(expected);
  });
});

describe('an address', () => {
  it.each([
    'https://hooks.slack.com/services/T0/B0/x',
    'https://example.com:8443/in?key=1',
    'https://8.8.8.8/',
    'https://[2606:4700:4700::1111]/',
  ])('may be %s', (url) => {
    expect(addressProblem(url, { isLocalRun: false })).toBeUndefined();
  });

  it.each([
    'http://example.com/',
    'ftp://example.com/',
    'javascript:alert(1)',
    'nonsense',
    'https://user:pass@example.com/',
    'https://localhost/',
    'https://intranet/',
    'https://db.internal/',
    'https://printer.local/',
    'https://router.home.arpa/',
    'https://127.0.0.1/',
    'https://127.1/',
    'https://2130706433/',
    'https://0x7f.0.0.1/',
    'https://0.0.0.0/',
    'https://10.1.2.3/',
    'https://172.16.0.1/',
    'https://192.168.0.1/',
    'https://100.64.0.1/',
    'https://169.254.169.254/latest/meta-data/',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://[64:ff9b::a00:1]/',
    'https://255.255.255.255/',
  ])('may not be %s', (url) => {
    expect(addressProblem(url, { isLocalRun: false })).toMatch(/^expected/);
  });

  it('may be this machine only in the local run', () => {
    expect(addressProblem('http://127.0.0.1:9000/in', { isLocalRun: true })).toBeUndefined();
    expect(addressProblem('http://localhost:9000/in', { isLocalRun: true })).toBeUndefined();
    expect(addressProblem('http://10.0.0.1/', { isLocalRun: true })).toBeDefined();
    expect(addressProblem('https://169.254.169.254/', { isLocalRun: true })).toBeDefined();
  });

  it('belongs to its type', () => {
    expect(addressFaults('webhook', {})).toEqual({ missing: ['url'], extra: [] });
    expect(addressFaults('email', { to: 'a@b.c', url: 'https://x.y' })).toEqual({ missing: ['from'], extra: ['url'] });
  });

  it('is shown without what gives access to it', () => {
    const url = 'https://hooks.slack.com/services/T000/B000/secretsecret9x7z';

    expect(hostOfAddress('slack', { url })).toBe('hooks.slack.com');
    expect(hostOfAddress('webhook', { url: 'https://example.com/abc' })).toBe('example.com');
    expect(hostOfAddress('email', { to: 'owner@example.com' })).toBe('example.com');
    expect(hostOfAddress('pagerduty', { routing_key: 'abcdef123456' })).toBe('events.pagerduty.com');
  });
});

describe('an alert in words', () => {
  const view = (over: Partial<Incident> = {}) => {
    const shown = incidentView(anIncident(over), { nowMs: NOW, only: undefined });
    if (shown === undefined) throw new Error('Nothing to show');
    return shown;
  };
  const says = { names: new Map([['src_1', 'Shop <A> & co']]), base: 'https://t.example.com' };

  it('says what happened, where, what waits and what to do', () => {
    expect(alertWords('incident.opened', view(), says)).toEqual({
      title: 'Critical: LinkedIn refuses the access token',
      lines: [
        'Shop <A> & co',
        'It was revoked.',
        '12 conversions are not sent yet, worth 900 EUR.',
        'LinkedIn accepts the oldest for 89 more days.',
        'What to do: Connect LinkedIn again, or paste a new token. The held conversions are then sent.',
      ],
      link: 'https://t.example.com/console#/sources/src_1/linkedin',
    });
  });

  it('says that it is over, and how long it lasted', () => {
    const closed = alertWords('incident.closed', view({ closedAtMs: NOW + 45 * 60_000 }), says);

    expect(closed).toMatchObject({
      title: 'Solved: LinkedIn refuses the access token',
      lines: ['Shop <A> & co', 'It lasted 45 minutes.'],
    });
  });

  it('cannot become markup, a mention or another header', () => {
    const words = alertWords('incident.opened', view(), says);
    const alert = { id: 'alt_1', atMs: NOW, type: 'test' as const, words, incident: undefined };

    expect(JSON.parse(slackBody(alert))).toMatchObject({ text: expect.stringContaining('Shop &lt;A&gt; &amp; co') });
    const spoofed = { ...alert, words: { ...words, title: 'x\r\nBcc: all@example.com' } };
    expect(emailOf(spoofed).subject).toBe('Directflight: x Bcc: all@example.com');
  });
});
