import { describe, expect, it, vi } from 'vitest';

import { Changes, ringingWrites } from '../../../../worker/objects/event-store/changes.ts';

const never = () => new Promise<void>(() => undefined);

describe('a request that waits for changes', () => {
  it('continues at the next one, like all that wait', async () => {
    const changes = new Changes();
    const waiting = [changes.wait(never), changes.wait(never)];

    changes.ring();

    expect(await Promise.all(waiting)).toHaveLength(2);
  });

  it('stops waiting when its patience ends', async () => {
    await expect(new Changes().wait(async () => undefined)).resolves.toBeUndefined();
  });

  it('ignores changes before it asked', async () => {
    const changes = new Changes();
    changes.ring();

    const first = await Promise.race([changes.wait(never).then(() => 'told'), Promise.resolve('still waits')]);

    expect(first).toBe('still waits');
  });

  it('leaves no timer when something has changed', async () => {
    const changes = new Changes();
    let signal: AbortSignal | undefined;
    const waiting = changes.wait((over) => {
      signal = over;
      return never();
    });

    changes.ring();
    await waiting;

    expect(signal?.aborted).toBe(true);
  });

  it('sees another version after each change, and after each start', () => {
    const changes = new Changes();
    const before = changes.read();
    changes.ring();

    expect(changes.read()).not.toBe(before);
    expect(new Changes().read()).not.toBe(changes.read());
  });
});

describe('a viewer', () => {
  it('is told once of many changes, and again when somebody has read since', () => {
    const tell = vi.fn<WebSocket['send']>();
    const closing = {
      send: () => {
        throw new TypeError("Can't call WebSocket send() after close().");
      },
    };
    const changes = new Changes({ getWebSockets: () => [closing, { send: tell }] });
    changes.ring();
    changes.ring();
    expect(tell).toHaveBeenCalledOnce();

    changes.read();
    changes.ring();
    expect(tell).toHaveBeenCalledTimes(2);
  });
});

describe('a statement', () => {
  const rings = (query: string): boolean => {
    const changes = new Changes();
    const ring = vi.spyOn(changes, 'ring');
    const sql = { exec: () => ({ toArray: () => [] }) };
    ringingWrites(sql, changes, new Set(['deliveries', 'lanes'])).exec(query);
    return ring.mock.calls.length > 0;
  };

  it.each([
    'INSERT INTO deliveries (lane_id) VALUES (1)',
    '  insert or ignore into deliveries (lane_id) VALUES (1)',
    'REPLACE INTO lanes (id) VALUES (1)',
    `UPDATE deliveries
     SET state = 'dead'`,
    'DELETE FROM lanes',
    'WITH due AS (SELECT 1) UPDATE deliveries SET state = 1 WHERE lane_id IN due',
  ])('rings when it may write to a watched table: %s', (query) => {
    expect(rings(query)).toBe(true);
  });

  it.each([
    'SELECT * FROM deliveries',
    'INSERT INTO attempts (lane_id) SELECT lane_id FROM deliveries',
    "UPDATE consents SET used_day = 'deliveries'",
    'DELETE FROM deliveries_of_old',
  ])('does not ring otherwise: %s', (query) => {
    expect(rings(query)).toBe(false);
  });
});
