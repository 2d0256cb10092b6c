/** Events that no rule asks for, however many there are, take nothing from the conversions of their source. */
import { runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { describe, expect, it } from 'vitest';

import { aPageView, aTallyRequest, inATally } from '../support/a-tally.ts';
import { anIntegrationOf, anOrder, aSource, send } from '../support/api.ts';

const CHROME =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/146.0.0.0 Safari/537.36';

/** Each is skipped for another reason. */
const UNWANTED = [
  { type: 'page', name: 'A page' },
  { type: 'track', event: 'Nobody asks for this' },
  { type: 'screen', name: 'A screen' },
  { type: 'group', groupId: 'g-1' },
  { type: 'alias', previousId: 'p-1', userId: 'u-1' },
];

function sizeOf(object: DurableObjectStub): Promise<number> {
  return runInDurableObject(object, (_, { storage }) => storage.sql.databaseSize);
}

describe('a flood of events that no rule asks for', () => {
  it.each([
    ['from browsers', CHROME],
    ['from bots', 'Googlebot/2.1 (+http://www.google.com/bot.html)'],
  ])('%s, takes no room in the database of conversions', async (_, userAgent) => {
    const source = await aSource();
    await anIntegrationOf(source);
    await send(source, [anOrder()]);
    const outbox = env.OUTBOX.getByName(source.id);
    const before = await sizeOf(outbox);

    const answers = [];
    for (let round = 0; round < 20; round += 1) {
      const batch = Array.from({ length: 100 }, (__, index) => ({
        ...UNWANTED[index % UNWANTED.length],
        messageId: crypto.randomUUID(),
        properties: { padding: 'x'.repeat(500) },
      }));
      answers.push((await send(source, batch, { headers: { 'User-Agent': userAgent } })).status);
    }

    expect(new Set(answers)).toEqual(new Set([200]));
    expect(await sizeOf(outbox)).toBe(before);
    expect((await send(source, [anOrder()])).status).toBe(200);
  });

  it('fills a log that stops growing, and counts whose number depends on the days', async () => {
    const sizes = await inATally(
      async ({ engine, sql }) => {
        const size = (): number => {
          const [row] = sql.exec<{ bytes: number }>('SELECT total(length(body)) AS bytes FROM log_pages').toArray();
          const [counts] = sql
            .exec<{ rows: number }>('SELECT (SELECT count(*) FROM counts) + (SELECT count(*) FROM hour_counts) AS rows')
            .toArray();
          return (row?.bytes ?? 0) + 100 * (counts?.rows ?? 0);
        };
        const flood = async (requests: number): Promise<number> => {
          for (let request = 0; request < requests; request += 1)
            await engine.count(
              aTallyRequest(
                Array.from({ length: 100 }, (_, index) =>
                  aPageView({
                    messageId: crypto.randomUUID(),
                    type: 'track',
                    name: `A made-up name ${request}-${index}`,
                  }),
                ),
              ),
            );
          return size();
        };
        return [await flood(60), await flood(60), await flood(120)];
      },
      { chars: 200_000, pages: 50 },
    );

    const [first = 0, second = 0, third = 0] = sizes;
    expect(second).toBeLessThan(first * 1.2);
    expect(third).toBeLessThan(first * 1.2);
  });
});
