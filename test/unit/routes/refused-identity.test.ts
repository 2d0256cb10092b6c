/** R1, P1: what an `identify` says without consent goes with no other event, whatever that one says. */
import { describe, expect, it, vi } from 'vitest';

import { anIntegrationOf, aSource, outcomes, send, SITE } from '../support/api.ts';

vi.spyOn(globalThis, 'fetch').mockImplementation(() => new Promise(() => undefined));

const NO = { consent: { advertising: false } };
const YES = { consent: { advertising: true } };
const zoe = { type: 'identify', traits: { email: 'zoe@x.example', firstName: 'Zoe', lastName: 'Zett' } };
const order = { type: 'track', event: 'Order Completed', messageId: 'z1', properties: { li_fat_id: 'abc-1' } };

describe('an identify that is refused', () => {
  it.each([
    ['a silent event after it', [{ ...zoe, ...NO }, order]],
    [
      'one that says yes',
      [
        { ...zoe, ...NO },
        { ...order, ...YES },
      ],
    ],
    [
      'one of the same user id',
      [
        { ...zoe, ...NO, userId: 'u-77' },
        { ...order, ...YES, userId: 'u-77' },
      ],
    ],
    ['one after another silent one', [{ ...zoe, ...NO }, { type: 'page' }, order]],
    [
      'one dated before it',
      [
        { ...zoe, ...NO },
        { ...order, timestamp: new Date(Date.now() - 60_000).toISOString() },
      ],
    ],
  ])('gives nothing to %s, and no cookie knows of it', async (_, events) => {
    const source = await aSource();
    await anIntegrationOf(source);

    const response = await send(source, events, { headers: { Origin: SITE } });

    const kept = (await outcomes(source)).find(({ message_id: id }) => id === 'z1');
    expect(kept).toMatchObject({ click_id: true, email: false, names: false });
    expect(response.headers.getSetCookie().filter((cookie) => /^_df_identity=[^;]/.test(cookie))).toEqual([]);
  });

  it('is known again by what is said with consent', async () => {
    const source = await aSource();
    await anIntegrationOf(source);

    await send(
      source,
      [
        { ...zoe, ...NO },
        { ...zoe, ...YES },
        { ...order, ...YES },
      ],
      { headers: { Origin: SITE } },
    );

    const kept = (await outcomes(source)).find(({ message_id: id }) => id === 'z1');
    expect(kept).toMatchObject({ email: true, names: true });
  });
});
