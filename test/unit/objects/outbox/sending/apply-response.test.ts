import { describe, expect, it } from 'vitest';

import type { Accepted, DeliveryFailure } from '../../../../../worker/domain/delivery/delivery-failure.ts';
import { limitsOf } from '../../../../../worker/domain/delivery/limits-of.ts';
import { ResponseApplier } from '../../../../../worker/objects/outbox/sending/apply-response.ts';
import { ElementWaits } from '../../../../../worker/objects/outbox/sending/element-waits.ts';
import { Learned } from '../../../../../worker/objects/outbox/sending/learned-from-linkedin.ts';
import type { Search } from '../../../../../worker/objects/outbox/sending/send-batch.ts';
import { VersionTrials } from '../../../../../worker/objects/outbox/sending/version-trials.ts';
import { NOW } from '../../../support/an-event.ts';
import { aDeliveryIn, inAnOutbox, INTEGRATION, rowOf } from '../../../support/an-outbox.ts';
import { ACCEPTED, anIntegrationToSendTo, outboxPorts } from '../../../support/outbox-ports.ts';

type BatchResponse = Accepted | Exclude<DeliveryFailure, { kind: 'token_refused' }>;

const accepted = (over: Partial<Accepted> = {}): Accepted => ({ ...ACCEPTED, ...over });

/** Returns the state of events a, b and c after LinkedIn gave a response to a batch of them. */
const apply = (
  response: BatchResponse,
  {
    names = ['a', 'b', 'c'],
    learnedBefore = [] as string[],
    version = '202609',
    isTrial = false,
    isHeldForVersion = false,
    /** The answer that the version in use gets for the deliveries that the tried version left pending. */
    afterwards = undefined as BatchResponse | undefined,
  } = {},
) =>
  inAnOutbox((tables) => {
    const { database, deliveries, queues } = tables;
    const probeFor = isHeldForVersion ? 'version_sunset' : undefined;
    const queue = { ...tables.queue, probeFor };
    const { ports } = outboxPorts(tables);
    const learned = new Learned(database.sql);
    learned.refuseIdTypes(INTEGRATION, learnedBefore);
    const batch = names.map((eventId) => ({
      ...aDeliveryIn(tables, eventId),
      happenedAtMs: NOW,
      consent: { categories: {}, policy: 'granted', country: undefined } as const,
      payload: { kind: 'element', element: '{}', isRebuilt: false } as const,
    }));
    const search: Search = { suspects: [], unknown: batch };
    const applier = new ResponseApplier(queue, {
      ports,
      queues,
      deliveries,
      learned,
      elementWaits: new ElementWaits(database.sql),
      maxChars: 1_000,
    });
    const integration = anIntegrationToSendTo({ config: { linkedin_version: '202609' } });
    const attempt = {
      queueId: queue.id,
      startedAtMs: NOW,
      endedAtMs: NOW,
      status: 200,
      outcome: response.kind,
      code: undefined,
      message: undefined,
      batch,
      consentAsked: [],
    };
    const route = { integration, limits: limitsOf(integration.config), version, isTrial };
    const first = applier.apply({ attempt, response, search }, route);
    const next =
      first === undefined || afterwards === undefined
        ? first
        : applier.apply(
            { attempt, response: afterwards, search: first },
            { ...route, version: '202609', isTrial: false },
          );
    const [row] = database.sql
      .exec<{ hold_reason: string | null; batch_limit: number; failures: number; due: number }>(
        'SELECT hold_reason, batch_limit, failures, due_at_ms > 0 AS due FROM lanes',
      )
      .toArray();
    const [integrationHold] = database.sql.exec<{ reason: string }>('SELECT reason FROM integration_holds').toArray();
    return {
      states: names.map((name) => rowOf(database, name)?.state).join(' '),
      rows: names.map((name) => rowOf(database, name)),
      next: next === undefined ? undefined : [next.suspects.length, next.unknown.length],
      queue: row,
      hold: integrationHold?.reason,
      waits: database.sql.exec<{ event_id: string }>('SELECT event_id FROM element_waits').toArray(),
      learned: [...learned.refusedIdTypes(INTEGRATION)],
      version: learned.workingVersion(INTEGRATION, '202609'),
      versions: new VersionTrials(database.sql).versions(INTEGRATION, '202609'),
    };
  });

const words = { message: 'wrong' };

describe('a batch that LinkedIn accepts', () => {
  it('is delivered, and each delivery names the request that contained it', async () => {
    const { states, rows, next } = await apply(accepted());

    expect({ states, next }).toEqual({ states: 'delivered delivered delivered', next: [0, 0] });
    expect(rows.map((row) => row?.attempt_id)).toEqual([1, 1, 1]);
  });

  it("fails the deliveries that LinkedIn refused one by one, with LinkedIn's message", async () => {
    const { states, rows } = await apply(accepted({ refused: new Map([[1, 'bad']]) }));

    expect(states).toBe('delivered dead delivered');
    expect(rows[1]).toMatchObject({ reason: 'bad' });
  });

  it('keeps deliveries that LinkedIn put off, for later', async () => {
    const { states, waits } = await apply(accepted({ deferred: new Map([[1, 'later']]) }));

    expect(states).toBe('delivered pending delivered');
    expect(waits).toEqual([{ event_id: 'b' }]);
  });

  it("is delivered as unconfirmed if LinkedIn's answer cannot be read", async () => {
    const { rows } = await apply(accepted({ unconfirmed: new Set([2]) }));

    expect(rows.map((row) => [row?.state, row?.reason])).toEqual([
      ['delivered', null],
      ['delivered', null],
      ['delivered', 'unconfirmed'],
    ]);
  });

  it('shows which version works in place of the configured one', async () => {
    expect((await apply(accepted(), { version: '202611', isHeldForVersion: true })).version).toBe('202611');
    expect((await apply(accepted())).version).toBe('202609');
  });
});

describe('a batch with a version that is tried', () => {
  const trial = { version: '202611', isTrial: true };
  const refused = { version: '202611', atMs: NOW, message: 'wrong' };

  it('is followed by all others when LinkedIn accepts it', async () => {
    const { states, versions } = await apply(accepted(), trial);

    expect({ states, versions }).toEqual({
      states: 'delivered delivered delivered',
      versions: { inUse: '202611', next: undefined, refused: [] },
    });
  });

  it.each<BatchResponse>([
    { kind: 'version_sunset', ...words },
    { kind: 'elements_refused', elements: new Map([[0, 'bad']]), ...words },
    { kind: 'batch_refused', ...words },
    { kind: 'id_types_refused', idTypes: ['A'], ...words },
    { kind: 'batch_too_large', ...words },
    { kind: 'rule_refused', reason: 'rule_disabled', ...words },
    { kind: 'access_refused', ...words },
    { kind: 'refused_unknown', status: 451, ...words },
  ])('is sent again with the version in use, and nothing else is concluded, after $kind', async (response) => {
    const { states, next, queue, hold, learned, versions } = await apply(response, trial);

    expect({ states, next, hold, learned }).toEqual({
      states: 'pending pending pending',
      next: [0, 3],
      hold: undefined,
      learned: [],
    });
    expect(queue).toMatchObject({ hold_reason: null, failures: 0, due: 0 });
    expect(versions).toEqual({ inUse: '202609', next: undefined, refused: [refused] });
  });

  it('keeps what LinkedIn refused one by one, and the version in use', async () => {
    const { states, versions } = await apply(accepted({ refused: new Map([[1, 'bad']]) }), trial);

    expect(states).toBe('delivered pending delivered');
    expect(versions).toEqual({ inUse: '202609', next: undefined, refused: [{ ...refused, message: 'bad' }] });
  });

  it('waits when LinkedIn cannot be reached, and says nothing of the version', async () => {
    const { next, queue, versions } = await apply({ kind: 'unavailable', ...words }, trial);

    expect({ next, versions }).toEqual({
      next: undefined,
      versions: { inUse: '202609', next: undefined, refused: [{ ...refused, message: undefined }] },
    });
    expect(queue).toMatchObject({ failures: 1, due: 1 });
  });

  it('is tried again if the version in use gets the same answer', async () => {
    const response = { kind: 'rule_refused', reason: 'rule_disabled', ...words } as const;
    const { queue, versions } = await apply(response, { ...trial, afterwards: response });

    expect(queue).toMatchObject({ hold_reason: 'rule_disabled' });
    expect(versions).toEqual({ inUse: '202609', next: '202611', refused: [] });
  });

  it('leaves the integration held, to be asked at once with another one, if the version in use is retired', async () => {
    const { states, next, hold, versions } = await apply(
      { kind: 'version_sunset', ...words },
      { ...trial, isHeldForVersion: true },
    );

    expect({ states, next, hold }).toEqual({
      states: 'pending pending pending',
      next: undefined,
      hold: 'version_sunset',
    });
    expect(versions.refused).toEqual([refused]);
  });
});

describe('a batch that LinkedIn refuses', () => {
  it('fails the deliveries that LinkedIn named, and sends the rest again together', async () => {
    const { states, next } = await apply({ kind: 'elements_refused', elements: new Map([[0, 'bad']]), ...words });

    expect({ states, next }).toEqual({ states: 'dead pending pending', next: [0, 2] });
  });

  it('is halved if no delivery is named, and the rule queue continues from there', async () => {
    const { states, next, queue } = await apply({ kind: 'batch_refused', ...words });

    expect({ states, next }).toEqual({ states: 'pending pending pending', next: [3, 0] });
    expect(queue?.batch_limit).toBe(2);
  });

  it('fails its event if it contains only one', async () => {
    const { states, rows } = await apply({ kind: 'batch_refused', ...words }, { names: ['a'] });

    expect(states).toBe('dead');
    expect(rows[0]).toMatchObject({ reason: 'wrong' });
  });

  it('is sent again without the identifier types that LinkedIn refused', async () => {
    const { states, next, learned } = await apply({ kind: 'id_types_refused', idTypes: ['A'], ...words });

    expect({ states, next, learned }).toEqual({ states: 'pending pending pending', next: undefined, learned: ['A'] });
  });

  it('is searched for the culprit if those types are already left out', async () => {
    const { next } = await apply({ kind: 'id_types_refused', idTypes: ['A'], ...words }, { learnedBefore: ['A'] });

    expect(next).toEqual([3, 0]);
  });

  it('is sent again in smaller batches if it was too large', async () => {
    const { next, queue } = await apply({ kind: 'batch_too_large', ...words });

    expect({ next, limit: queue?.batch_limit }).toEqual({ next: undefined, limit: 2 });
  });

  it.each<[string, BatchResponse, { hold: string | undefined; hold_reason: string | null }]>([
    [
      'holds its rule for a fault of the rule',
      { kind: 'rule_refused', reason: 'rule_disabled', ...words },
      { hold: undefined, hold_reason: 'rule_disabled' },
    ],
    [
      'holds its integration when access is denied',
      { kind: 'access_refused', ...words },
      { hold: 'access_denied', hold_reason: null },
    ],
    [
      'holds its integration for a retired version',
      { kind: 'version_sunset', ...words },
      { hold: 'version_sunset', hold_reason: null },
    ],
    [
      'holds its rule for an unknown refusal',
      { kind: 'refused_unknown', status: 403, ...words },
      { hold: undefined, hold_reason: 'refused_unknown' },
    ],
    ['waits while LinkedIn is unreachable', { kind: 'unavailable', ...words }, { hold: undefined, hold_reason: null }],
    [
      'waits while LinkedIn throttles',
      { kind: 'throttled', retryAfterMs: 5_000, ...words },
      { hold: undefined, hold_reason: null },
    ],
  ])('%s, and loses nothing', async (_, response, { hold, hold_reason }) => {
    const seen = await apply(response);

    expect(seen).toMatchObject({ states: 'pending pending pending', next: undefined });
    expect({ hold: seen.hold, hold_reason: seen.queue?.hold_reason }).toEqual({ hold, hold_reason });
  });
});
