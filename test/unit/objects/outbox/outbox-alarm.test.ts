import { describe, expect, it } from 'vitest';

import { OutboxAlarm } from '../../../../worker/objects/outbox/outbox-alarm.ts';
import { NOW } from '../../support/an-event.ts';
import { inAnOutbox } from '../../support/an-outbox.ts';
import { outboxPorts } from '../../support/outbox-ports.ts';

const SOON = NOW + 1_000;
const LATER = NOW + 60_000;

/** Returns the calls to the platform, when the next run is due at a time. */
const toldWith = (
  nextMs: number | undefined,
  work: (alarm: OutboxAlarm) => Promise<void>,
  isSetTo: number | null = null,
) =>
  inAnOutbox(async (tables) => {
    const { ports, said } = outboxPorts(tables);
    ports.alarm.get = async () => isSetTo;
    const alarm = new OutboxAlarm(ports, () => nextMs);
    await alarm.read();
    await work(alarm);
    return said.alarms;
  });

describe("an outbox's alarm", () => {
  it('is set for the next run', async () => {
    expect(await toldWith(LATER, (alarm) => alarm.setForNextRun())).toEqual([LATER]);
  });

  it('is set for now when the next run is overdue', async () => {
    expect(await toldWith(NOW - 1, (alarm) => alarm.setForNextRun())).toEqual([NOW]);
  });

  it('is left alone when it is early enough', async () => {
    expect(await toldWith(LATER, (alarm) => alarm.setForNextRun(), SOON)).toEqual([]);
  });

  it('is brought forward when something is due earlier', async () => {
    expect(await toldWith(undefined, (alarm) => alarm.setBy(SOON), LATER)).toEqual([SOON]);
  });

  it('is set again when the platform has lost it', async () => {
    const lostOnce = async (alarm: OutboxAlarm): Promise<void> => {
      await alarm.setBy(SOON);
      await alarm.read();
      await alarm.setBy(SOON);
    };

    expect(await toldWith(undefined, lostOnce)).toEqual([SOON, SOON]);
  });

  it('is postponed after a run until something is due', async () => {
    expect(await toldWith(LATER, (alarm) => alarm.setExactly(), SOON)).toEqual([LATER]);
  });

  it('is cleared after a run when nothing is pending, and set again for the next delivery', async () => {
    const afterRun = async (alarm: OutboxAlarm): Promise<void> => {
      await alarm.setExactly();
      await alarm.setBy(LATER);
    };

    expect(await toldWith(undefined, afterRun, SOON)).toEqual(['cleared', LATER]);
  });

  it('is set before each run, 15 seconds ahead, in case the run dies', async () => {
    expect(await toldWith(undefined, (alarm) => alarm.setDeadMan())).toEqual([NOW + 15_000]);
  });

  it('is set in the same turn, before anything is awaited', async () => {
    const told = await inAnOutbox((tables) => {
      const { ports, said } = outboxPorts(tables);
      void new OutboxAlarm(ports, () => LATER).setForNextRun();
      return [...said.alarms];
    });

    expect(told).toEqual([LATER]);
  });
});
