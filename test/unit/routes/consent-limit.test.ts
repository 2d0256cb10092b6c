/** The part of T1 about consent: its size is limited, and an excess isn't stored anywhere. */
import { beforeEach, describe, expect, it } from 'vitest';

import { anIntegrationOf, anOrder, ask, aSource, outcomes, problemOf, send } from '../support/api.ts';
import { noLinkedIn } from '../support/linkedin.ts';

beforeEach(noLinkedIn);

const categories = (count: number, chars = 10) =>
  Object.fromEntries(Array.from({ length: count }, (_, at) => [`c${at}`.padEnd(chars, 'x'), true]));

describe('consent categories', () => {
  it.each([
    ['1,800 categories', categories(1_800)],
    ['65 categories', categories(65)],
    ['a category of 65 characters', categories(1, 65)],
    ['65 IDs', { deniedConsentIds: Object.keys(categories(65)) }],
    ['65 categories in two places', { ...categories(33), categoryPreferences: categories(32, 11) }],
  ])('beside a batch are refused together with the batch, and nothing is stored: %s', async (_, consent) => {
    const source = await aSource();

    const response = await send(
      source,
      Array.from({ length: 20 }, () => anOrder()),
      { beside: { consent } },
    );

    expect(await problemOf(response)).toEqual({ status: 400, code: 'batch_invalid', pointer: '/consent' });
    expect(await outcomes(source)).toEqual([]);
  });

  it('of one event refuse that event, with its pointer, and the others are stored', async () => {
    const source = await aSource();
    const tooMany = anOrder({ context: { consent: { categoryPreferences: categories(65) } } });
    const good = anOrder();

    const response = await send(source, [tooMany, good]);

    expect(await response.json()).toEqual({
      success: true,
      accepted: 1,
      rejected: [
        {
          index: 0,
          messageId: tooMany['messageId'],
          type: 'urn:directflight:problem:event_invalid',
          detail: '/context/consent: expected at most 64 consent categories',
          pointer: '/context/consent',
        },
      ],
    });
    expect((await outcomes(source)).map(({ message_id: id }) => id)).toEqual([good['messageId']]);
  });

  it('of a single event are a 400 with the pointer', async () => {
    const source = await aSource();

    const response = await ask('/v1/t', {
      body: { writeKey: source.write_key, ...anOrder({ consent: categories(65) }) },
    });

    expect(await problemOf(response)).toEqual({ status: 400, code: 'event_invalid', pointer: '/consent' });
    expect(await outcomes(source)).toEqual([]);
  });

  it('are counted together with those beside the batch', async () => {
    const source = await aSource();
    const order = anOrder({ consent: categories(1, 12) });

    const response = await send(source, [order], { beside: { consent: categories(64) } });

    expect(await problemOf(response)).toMatchObject({ status: 400, code: 'event_invalid' });
  });

  it('of 64 times 64 characters are accepted', async () => {
    const source = await aSource();
    await anIntegrationOf(source);

    const response = await send(source, [anOrder()], { country: 'US', beside: { consent: categories(64, 64) } });

    expect(response.status).toBe(200);
    expect(Object.keys((await outcomes(source))[0]?.consent.categories ?? {})).toHaveLength(64);
  });

  it("beyond the limit aren't treated as missing: no cookie is set", async () => {
    const source = await aSource();
    const tooMany = anOrder({ consent: { advertising: false, ...categories(64) } });

    const response = await send(source, [{ type: 'page' }, tooMany], { country: 'US' });

    expect(response.headers.getSetCookie()).toEqual([]);
  });
});
