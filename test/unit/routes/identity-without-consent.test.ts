/** R1, P1: the identity in an `identify` without consent is sent with no other event, whatever that event says. */
import { describe, expect, it, vi } from 'vitest';

import { anIntegrationOf, aSource, outcomes, send, SITE } from '../support/api.ts';

vi.spyOn(globalThis, 'fetch').mockImplementation(() => new Promise(() => undefined));

const NO = { consent: { advertising: false } };
const YES = { consent: { advertising: true } };
const zoe = { type: 'identify', traits: { email: 'zoe@x.example', firstName: 'Zoe', lastName: 'Zett' } };
const order = { type: 'track', event: 'Order Completed', messageId: 'z1', properties: { li_fat_id: 'abc-1' } };

describe('an identify without consent', () => {
  it.each([
    ['an event without consent data after it', [{ ...zoe, ...NO }, order]],
    [
      'an event with consent',
      [
        { ...zoe, ...NO },
        { ...order, ...YES },
      ],
    ],
    [
      'an event with the same user ID',
      [
        { ...zoe, ...NO, userId: 'u-77' },
        { ...order, ...YES, userId: 'u-77' },
      ],
    ],
    ['an event after another one without consent data', [{ ...zoe, ...NO }, { type: 'page' }, order]],
    [
      'an event dated before it',
      [
        { ...zoe, ...NO },
        { ...order, timestamp: new Date(Date.now() - 60_000).toISOString() },
      ],
    ],
  ])('gives nothing to %s, and no cookie contains it', async (_, events) => {
    const source = await aSource();
    await anIntegrationOf(source);

    const response = await send(source, events, { headers: { Origin: SITE } });

    const kept = (await outcomes(source)).find(({ message_id: id }) => id === 'z1');
    expect(kept).toMatchObject({ click_id: true, email: false, names: false });
    expect(response.headers.getSetCookie().filter((cookie) => /^_df_identity=[^;]/.test(cookie))).toEqual([]);
  });

  it('counts again in a later identify with consent', async () => {
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
