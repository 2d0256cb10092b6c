/** Sites and open incidents have one order, and the numbers beside them agree. */
import { describe, expect, it } from 'vitest';

import { takesAlerts } from '../../../client/console/alerts/incidents.ts';
import { chosenSites, inOrderOfSites, sitesInNeed } from '../../../client/console/overview/site-rows.ts';
import { texts } from '../../../client/console/texts.ts';
import type { IncidentView } from '../../../worker/schema/alerts/incident.ts';
import type { OverviewRow } from '../../../worker/schema/reports/overview.ts';

const ALL = { search: '', cause: '', label: '', sort: 'worst' } as const;

function site(id: string, verdict: OverviewRow['verdict'], eur = '0', over: Partial<OverviewRow> = {}): OverviewRow {
  return {
    source_id: id,
    name: id,
    labels: [],
    verdict,
    cause: null,
    sentence: '',
    received: 0,
    delivered: 0,
    pending: 0,
    held: 0,
    failed: 0,
    skipped: 0,
    refused: 0,
    value_delivered: {},
    value_at_risk: { EUR: eur },
    match: { click_id: null, email: null, names: null },
    match_by_rule: [],
    token_days_left: null,
    version_days_left: null,
    connections: [],
    history: { step: 'day', received: [], delivered: [], failed: [] },
    ...over,
  };
}

function incident(id: string, severity: IncidentView['severity'], sites: string[], eur = '0'): IncidentView {
  return {
    id,
    cause: 'rule_held',
    severity,
    state: 'open',
    title: id,
    remedy: '',
    source_id: sites.length === 1 ? (sites[0] ?? null) : null,
    opened_at: '2026-11-30T10:00:00.000Z',
    updated_at: '2026-11-30T10:00:00.000Z',
    closed_at: null,
    held: 0,
    value_at_risk: { EUR: eur },
    deadline: null,
    days_left: null,
    link: '',
    parts: sites.map((sourceId) => ({
      source_id: sourceId,
      integration_id: null,
      conversion_rule_id: null,
      detail: '',
      held: 0,
      value_at_risk: {},
    })),
    sources: sites.length,
    alerts: [],
  };
}

const idsOf = (rows: readonly OverviewRow[], open: readonly IncidentView[]): string[] =>
  chosenSites(rows, ALL, open).map(({ source_id: id }) => id);

it.each([
  ['Café Zürich', ['cafe\u0301', 'CAFÉ ZU\u0308R', 'ｃａｆé', 'café\u00a0zürich']],
  ['Große Straße', ['GROSSE', 'große strasse', ' straße ']],
  ['Sign\u00a0Up\u200bs', ['sign ups', 'SIGNUPS']],
])('the site %j is found with each of %j', (name, typed) => {
  const rows = [site('src_one', 'working', '0', { name }), site('src_other', 'working')];
  const found = (search: string) => chosenSites(rows, { ...ALL, search }, []).map((row) => row.source_id);

  for (const text of [...typed, 'SRC_ONE']) expect(found(text)).toEqual(['src_one']);
  expect(found('nothing')).toEqual([]);
  expect(found(' ')).toHaveLength(2);
});

describe('the worst first', () => {
  const rows = [
    site('working', 'working', '0'),
    site('poor', 'broken', '360'),
    site('rich', 'broken', '720'),
    site('richer', 'attention', '9000'),
    site('many', 'broken', '360', { held: 2, failed: 3 }),
  ];

  it('is by state, then by the value at risk, then by what is held, failed or refused', () => {
    expect(idsOf(rows, [])).toEqual(['rich', 'many', 'poor', 'richer', 'working']);
  });

  it('puts a site with a critical incident among the broken ones, whatever its state says', () => {
    expect(idsOf(rows, [incident('none sent', 'critical', ['working'])])).toEqual([
      'rich',
      'many',
      'poor',
      'working',
      'richer',
    ]);
  });

  it('is the same order for incidents and their sites, although less waits because of the incident', () => {
    const open = [
      incident('ends soon', 'warning', ['rich']),
      incident('of poor', 'critical', ['poor'], '360'),
      incident('of rich', 'critical', ['rich'], '100'),
      incident('of both', 'critical', ['poor', 'many'], '720'),
    ];

    expect(inOrderOfSites(open, rows).map(({ id }) => id)).toEqual(['of rich', 'of both', 'of poor', 'ends soon']);
  });

  it('is by what waits for incidents of one site, and for sites that are not known', () => {
    const open = [incident('less', 'critical', ['x'], '9'), incident('more', 'critical', ['x'], '80')];

    expect(inOrderOfSites(open, []).map(({ id }) => id)).toEqual(['more', 'less']);
    expect(inOrderOfSites(open, [site('x', 'broken')]).map(({ id }) => id)).toEqual(['more', 'less']);
  });
});

describe('the sites that need attention', () => {
  const rows = [site('a', 'broken'), site('b', 'attention'), site('c', 'working'), site('d', 'quiet')];
  const said = (open: readonly IncidentView[]): string => {
    const { all, withIncident } = sitesInNeed(rows, open);
    return `${t.summary(all, rows.length)} ${withIncident === undefined ? '' : t.summaryIncidents(withIncident, all)}`;
  };
  const t = texts.home;

  it('are told apart by whether somebody is alerted', () => {
    expect(said([])).toBe('2 sites of 4 need attention. They have no open incident: nobody is alerted.');
    expect(said([incident('1', 'critical', ['a']), incident('2', 'warning', ['a'])])).toBe(
      '2 sites of 4 need attention. 1 of them has an open incident. About the other one, nobody is alerted.',
    );
    expect(said([incident('1', 'critical', ['a', 'b'])])).toBe(
      '2 sites of 4 need attention. All of them have an open incident.',
    );
    expect(said([incident('1', 'warning', ['c'])])).toBe(
      '3 sites of 4 need attention. 1 of them has an open incident. About the other 2, nobody is alerted.',
    );
  });

  it('are called unalerted if no channel takes alerts: a heartbeat, a disabled one or one for digests takes none', () => {
    const channel = { enabled: true, type: 'slack', min_severity: 'critical' } as const;

    expect(takesAlerts(channel)).toBe(true);
    for (const over of [{ enabled: false }, { type: 'heartbeat' }, { min_severity: 'none' }] as const)
      expect(takesAlerts({ ...channel, ...over })).toBe(false);
  });

  it('are not split if an incident has more sites than are named', () => {
    expect(sitesInNeed(rows, [{ ...incident('1', 'critical', ['a']), sources: 60 }])).toEqual({
      all: 2,
      withIncident: undefined,
    });
  });
});
