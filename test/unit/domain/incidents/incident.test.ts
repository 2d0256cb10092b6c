import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { incidentView } from '../../../../worker/domain/incidents/incident-view.ts';
import { applyLooks } from '../../../../worker/domain/incidents/incident.ts';
import type { Incident, IncidentChange } from '../../../../worker/domain/incidents/incident.ts';
import type { Symptom } from '../../../../worker/domain/incidents/symptom.ts';
import { symptom } from '../../../../worker/domain/incidents/symptoms-of.ts';
import { DAY_MS, NOW } from '../../support/an-event.ts';

const MINUTE_MS = 60_000;

const aSymptom = (sourceId = 'src_1', over: Partial<Symptom> = {}): Symptom =>
  symptom('token_refused', { sourceId, scope: 'app:app-1', detail: 'refused', ...over });

/** Applies the results of checks one after the other, as the Alerts object does. */
class History {
  readonly incidents = new Map<string, Incident>();
  nowMs = NOW;
  #ids = 0;

  look(sourceId: string, symptoms: readonly Symptom[]): IncidentChange[] {
    return this.looks([{ sourceId, symptoms }]);
  }

  looks(looks: Parameters<typeof applyLooks>[1]): IncidentChange[] {
    const newId = (): string => `inc_${++this.#ids}`;
    const changes = applyLooks([...this.incidents.values()], looks, { nowMs: this.nowMs, newId });
    for (const { incident } of changes) this.incidents.set(incident.id, incident);
    return changes;
  }

  later(ms: number): this {
    this.nowMs += ms;
    return this;
  }
}

const kinds = (changes: readonly IncidentChange[]): string[] => changes.map(({ kind }) => kind);

describe('an incident', () => {
  it('is opened once, and closes by itself', () => {
    const history = new History();

    const told = [
      history.look('src_1', [aSymptom()]),
      history.later(MINUTE_MS).look('src_1', [aSymptom()]),
      history.later(MINUTE_MS).look('src_1', []),
      history.later(MINUTE_MS).look('src_1', []),
    ];

    expect(told.map(kinds)).toEqual([['opened'], ['quiet'], ['closed'], []]);
    expect(history.incidents.size).toBe(1);
  });

  it('is one for a hundred sites with one dead LinkedIn app, told twice at most in an hour', () => {
    const history = new History();
    const told: string[] = [];

    for (let site = 0; site < 100; site += 1)
      told.push(...kinds(history.later(30_000).look(`src_${site}`, [aSymptom(`src_${site}`)])));

    expect(told.filter((kind) => kind !== 'quiet')).toEqual(['opened']);
    const [incident] = history.incidents.values();
    expect(incident?.symptoms).toHaveLength(100);
    history.later(20 * MINUTE_MS);
    expect(kinds(history.look('src_0', [aSymptom('src_0')]))).toEqual(['updated']);
  });

  it('stays open until the last of its sites is well', () => {
    const history = new History();
    history.looks([
      { sourceId: 'a', symptoms: [aSymptom('a')] },
      { sourceId: 'b', symptoms: [aSymptom('b')] },
    ]);

    expect(kinds(history.look('a', []))).toEqual(['quiet']);
    expect(kinds(history.look('b', []))).toEqual(['closed']);
  });

  it('is opened for each app separately', () => {
    const history = new History();

    history.look('a', [aSymptom('a')]);
    history.look('b', [aSymptom('b', { scope: 'app:app-2' })]);

    expect(history.incidents.size).toBe(2);
  });

  it('is the same one when it comes back within a quarter of an hour, and another one later', () => {
    const history = new History();
    history.look('a', [aSymptom('a')]);
    history.later(MINUTE_MS).look('a', []);

    const [again] = history.later(10 * MINUTE_MS).look('a', [aSymptom('a')]);
    history.later(MINUTE_MS).look('a', []);
    const [another] = history.later(16 * MINUTE_MS).look('a', [aSymptom('a')]);

    expect(again).toMatchObject({ kind: 'opened', incident: { id: 'inc_1', revision: 3, reopenings: 1 } });
    expect(another).toMatchObject({ kind: 'opened', incident: { id: 'inc_2', revision: 1 } });
  });

  it.each([
    ['it gets worse', { severity: 'warning' as const }, { severity: 'critical' as const }, 0, 'updated'],
    ['it gets better', { severity: 'critical' as const }, { severity: 'warning' as const }, 0, 'quiet'],
    ['an end comes near', { daysLeft: 15 }, { daysLeft: 14 }, 0, 'updated'],
    ['an end comes a day nearer', { daysLeft: 13 }, { daysLeft: 12 }, 0, 'quiet'],
    ['little more waits', { held: 5 }, { held: 9 }, 2, 'quiet'],
    ['far more waits', { held: 5 }, { held: 60 }, 2, 'updated'],
    ['far more waits, but it was just told', { held: 5 }, { held: 60 }, 0.5, 'quiet'],
    [
      'LinkedIn’s deadline comes near',
      { held: 1, oldestMs: NOW - 81.9 * DAY_MS },
      { held: 1, oldestMs: NOW - 82.1 * DAY_MS },
      0,
      'updated',
    ],
  ])('is told again only when it matters: %s', (_, before, after, hours, expected) => {
    const history = new History();
    history.look('a', [aSymptom('a', before)]);

    expect(kinds(history.later(hours * 60 * MINUTE_MS).look('a', [aSymptom('a', after)]))).toEqual([expected]);
  });

  it('is always what the last look at each source found, whatever the order', () => {
    const look = fc.record({
      source: fc.constantFrom('a', 'b', 'c'),
      scopes: fc.uniqueArray(fc.constantFrom('x', 'y', 'z')),
      minutes: fc.integer({ min: 0, max: 40 }),
    });
    fc.assert(
      fc.property(fc.array(look, { maxLength: 30 }), (looks) => {
        const history = new History();
        const last = new Map<string, readonly string[]>();
        const open = new Map<string, boolean>();
        for (const { source, scopes, minutes } of looks) {
          const symptoms = scopes.map((scope) => aSymptom(source, { scope }));
          for (const { kind, incident } of history.later(minutes * MINUTE_MS).look(source, symptoms)) {
            // An incident opens only when it is closed. Everything else happens to it only while it is open.
            expect(open.get(incident.id) ?? false).toBe(kind !== 'opened');
            open.set(incident.id, incident.closedAtMs === undefined);
          }
          last.set(source, scopes);
        }
        const now = [...history.incidents.values()].filter(({ closedAtMs }) => closedAtMs === undefined);
        const found = now.flatMap(({ symptoms }) => symptoms.map(({ sourceId, scope }) => `${sourceId} ${scope}`));
        const wanted = [...last].flatMap(([source, scopes]) => scopes.map((scope) => `${source} ${scope}`));
        expect(found.toSorted()).toEqual(wanted.toSorted());
        expect(new Set(now.map(({ key }) => key)).size).toBe(now.length);
      }),
    );
  });
});

describe('an incident as people see it', () => {
  const anIncident = (): Incident => {
    const history = new History();
    const of = (sourceId: string, amount: string, days: number): Symptom =>
      aSymptom(sourceId, { held: 2, value: [{ currency: 'EUR', amount }], oldestMs: NOW - days * DAY_MS });
    history.looks([
      { sourceId: 'a', symptoms: [of('a', '10.50', 80)] },
      { sourceId: 'b', symptoms: [of('b', '900', 1)] },
    ]);
    const [incident] = history.incidents.values();
    if (incident === undefined) throw new Error('There is none');
    return incident;
  };

  it('says what waits, what it is worth and how long LinkedIn accepts it', () => {
    expect(incidentView(anIncident(), { nowMs: NOW, only: undefined })).toMatchObject({
      cause: 'token_refused',
      severity: 'critical',
      state: 'open',
      held: 4,
      value_at_risk: { EUR: '910.5' },
      days_left: 10,
      deadline: new Date(NOW + 10 * DAY_MS).toISOString(),
      sources: 2,
      source_id: null,
      link: '/console#/',
    });
  });

  it('leads to the conversion rule that LinkedIn does not accept', () => {
    const history = new History();
    const held = { sourceId: 'a', scope: 'int_1/987', integrationId: 'int_1', ruleId: '987', detail: 'Disabled.' };
    history.look('a', [symptom('rule_held', held)]);
    const [incident] = history.incidents.values();

    expect(incident && incidentView(incident, { nowMs: NOW, only: undefined })?.link).toBe(
      '/console#/sources/a/rules?integration=int_1&rule=987',
    );
  });

  it('shows only what the reader may see', () => {
    const only = incidentView(anIncident(), { nowMs: NOW, only: ['b'] });

    expect(only).toMatchObject({ held: 2, value_at_risk: { EUR: '900' }, days_left: 89, sources: 1, source_id: 'b' });
    expect(JSON.stringify(only)).not.toContain('"a"');
    expect(incidentView(anIncident(), { nowMs: NOW, only: ['c'] })).toBeUndefined();
  });
});
