import { describe, expect, it } from 'vitest';

import { IdentityWaits } from '../../../../../worker/objects/outbox/intake/identity-waits.ts';
import { LOST } from '../../../../../worker/objects/outbox/keys/payload-keys.ts';
import { Resealing } from '../../../../../worker/objects/outbox/keys/resealing.ts';
import { SealedTexts } from '../../../../../worker/objects/outbox/keys/sealed-texts.ts';
import type { Ports } from '../../../../../worker/objects/outbox/ports.ts';
import { NOW } from '../../../support/an-event.ts';
import { aDeliveryIn, inAnOutbox, INTEGRATION, rowOf } from '../../../support/an-outbox.ts';
import { aReadableSeal, outboxPorts } from '../../../support/outbox-ports.ts';

const KEY = '2026-11-21-0123456789abcdef';
const PLACE = { keyId: KEY, bucket: 1 };
const TEXT = `k.${KEY}-0001.box`;

/** Runs one visit while the bucket of `TEXT` must be deleted. Returns the row after it. */
const visit = (payloads: Partial<Ports['payloads']> = {}, { overtakes = false } = {}) =>
  inAnOutbox(async (tables) => {
    const { database, deliveries } = tables;
    const thrown: boolean[] = [];
    const { ports, said } = outboxPorts(tables);
    ports.payloads = {
      ...aReadableSeal,
      remember: ports.payloads.remember,
      throwAwayAtMs: () => NOW,
      condemned: () => [PLACE],
      open: async (sealed) => sealed.map(() => 'plain'),
      throwAway: async (isUsed) => void thrown.push(!isUsed(PLACE)),
      ...payloads,
    };
    const waits = new IdentityWaits(database.sql, { states: deliveries.states, remember: () => undefined });
    aDeliveryIn(tables, 'event', { payload: TEXT, person: 'joe' });
    if (overtakes)
      waits.introduce(
        [
          {
            tags: ['t'],
            person: ['joe'],
            integrationIds: [INTEGRATION],
            sealed: TEXT,
            hasEmail: true,
            hasNames: false,
          },
        ],
        NOW,
      );
    const sealedTexts = new SealedTexts(database.sql, deliveries.states);
    await new Resealing({ ports, deliveries, sealedTexts, waits }).visit(() => true);
    return {
      thrown,
      row: rowOf(database, 'event'),
      remembered: said.remembered,
      overtaking: waits.overtaking(() => true).map(({ sealed }) => sealed),
    };
  });

describe("other people's data under a key that must be deleted", () => {
  it('is resealed first, and found by their tags under the new key', async () => {
    const { thrown, row, remembered } = await visit();

    expect(row).toMatchObject({ state: 'pending', payload: 'sealed:plain', person: 'joe' });
    expect({ thrown, remembered }).toEqual({ thrown: [true], remembered: ['sealed:plain'] });
  });

  it('keeps the key while the data cannot be read', async () => {
    const { thrown, row } = await visit({ open: async (sealed) => sealed.map(() => undefined) });

    expect({ thrown, payload: row?.payload }).toEqual({ thrown: [false], payload: TEXT });
  });

  it('fails when it can never be opened again, and does not delay the deletion', async () => {
    const { thrown, row } = await visit({ open: async (sealed) => sealed.map(() => LOST) });

    expect(row).toMatchObject({ state: 'dead', reason: 'payload_unreadable', payload: null });
    expect(thrown).toEqual([true]);
  });

  it('is resealed even while it is only in memory', async () => {
    expect((await visit({}, { overtakes: true })).overtaking).toEqual(['sealed:plain']);
  });

  it('is not read when no key must be deleted', async () => {
    const { thrown, row } = await visit({ throwAwayAtMs: () => undefined });

    expect({ thrown, payload: row?.payload }).toEqual({ thrown: [], payload: TEXT });
  });
});
