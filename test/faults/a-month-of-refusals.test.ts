/**
 * A token expires, a version is retired, or a role is lost. LinkedIn accepts events for 90 days, so a month of refusals
 * must not lose any. Everything is sent when the cause is fixed, the nearest deadline first.
 */
import { describe, expect, it } from 'vitest';

import { CalmWorld } from './calm-world.ts';

const DAYS = 30;
const EVENTS = 500;
const DAY_MS = 86_400_000;

type Refusal = { status: number; begin: (world: CalmWorld) => void; fix: (world: CalmWorld) => void };

const REFUSALS: readonly Refusal[] = [
  {
    status: 401,
    begin: ({ simulation }) => {
      simulation.linkedIn.validTokens.clear();
      // A pasted token can't be renewed.
      simulation.secrets.set('int_a', {
        tokens: [{ token: 'dead', issuedAtMs: simulation.time.nowMs }],
        clientId: 'app-1',
      });
    },
    fix: ({ simulation }) => {
      const token = simulation.issueToken('app-1', { forMs: 60 * DAY_MS });
      simulation.secrets.set('int_a', { tokens: [{ token, issuedAtMs: simulation.time.nowMs }], clientId: 'app-1' });
    },
  },
  {
    status: 426,
    begin: ({ simulation }) => {
      simulation.linkedIn.retiredVersions.add('202601');
      // The newest version that we know, so there is no other one to try.
      simulation.linkedIn.retiredVersions.add('202609');
    },
    fix: ({ simulation }) => {
      const known = simulation.integrations.get('int_a');
      if (known !== undefined)
        simulation.integrations.set('int_a', { ...known, config: { ...known.config, linkedin_version: '202703' } });
    },
  },
  {
    status: 403,
    begin: ({ simulation }) => {
      for (const token of simulation.linkedIn.validTokens.keys()) simulation.linkedIn.deniedTokens.add(token);
    },
    fix: ({ simulation }) => simulation.linkedIn.deniedTokens.clear(),
  },
];

describe.each(REFUSALS)('a month of $status', ({ begin, fix }) => {
  it('loses none of 500 events, and sends each once with its own time, oldest first', async () => {
    const world = new CalmWorld();
    const happenedAtMs: number[] = [];
    begin(world);
    for (let event = 0; event < EVENTS; event += 1) {
      happenedAtMs.push(world.nowMs);
      await world.enqueue([`event-${event}`]);
      await world.pass((DAYS * DAY_MS) / EVENTS - 10);
    }
    const requestsWhileRefused = world.requests;

    fix(world);
    await world.tell();
    await world.pass(10 * 60_000);

    expect(world.states()).toEqual({ delivered: EVENTS });
    expect(world.taken.map((taken) => taken.happenedAtMs)).toEqual(happenedAtMs);
    // A check now and then, not a request for each event and day.
    expect(requestsWhileRefused).toBeLessThan(DAYS * 24 * 2);
  }, 60_000);
});
