import { describe, expect, it } from 'vitest';

import { OutboxAlarm } from '../../../../worker/objects/outbox/outbox-alarm.ts';
import { NOW } from '../../support/an-event.ts';
import { inAnOutbox } from '../../support/an-outbox.ts';
import { outboxPorts } from '../../support/outbox-ports.ts';

const SOON = NOW + 1_000;
const LATER = NOW + 60_000;

/** Returns the calls to the platform, when the next deliveries, and the keys, are due at a time. */
const toldWith = (
  sendingAtMs: number | undefined,
  work: (alarm: OutboxAlarm) => Promise<void>,
  isSetTo: number | null = null,
  keysAtMs?: number,
) =>
  inAnOutbox(async (tables) => {
    const { ports, said } = outboxPorts(tables);
    ports.alarm.get = async () => isSetTo;
    const alarm = new OutboxAlarm(ports, () => ({ sendingAtMs, keysAtMs }));
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

  it.each([
    ['is left alone when it is due and about to fire', NOW - 1_000, []],
    ['is set again when it should have fired long ago', NOW - 60_000, [NOW]],
  ])('%s', async (_, isSetTo, expected) => {
    expect(await toldWith(NOW - 60_000, (alarm) => alarm.setForNextRun(), isSetTo)).toEqual(expected);
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

  it('is neither set nor cleared after a run when nothing is pending and it has fired', async () => {
    const afterRun = async (alarm: OutboxAlarm): Promise<void> => {
      alarm.fired();
      await alarm.setExactly();
    };

    expect(await toldWith(undefined, afterRun, SOON)).toEqual([]);
  });

  it('is set for deliveries that come while a run sends', async () => {
    const whileRunning = async (alarm: OutboxAlarm): Promise<void> => {
      alarm.fired();
      await alarm.setBy(LATER);
    };

    expect(await toldWith(LATER, whileRunning, SOON)).toEqual([LATER]);
  });

  it('is set 15 seconds ahead after a run that failed', async () => {
    expect(await toldWith(undefined, (alarm) => alarm.setAgain())).toEqual([NOW + 15_000]);
  });

  const MINUTES = 60_000;

  it.each([
    ['soon', 10 * MINUTES, [NOW + 10 * MINUTES]],
    ['in an hour, which is left to the watchdog', 60 * MINUTES, []],
  ])('when keys are due %s', async (_, inMs, expected) => {
    expect(await toldWith(undefined, (alarm) => alarm.setForNextRun(), null, NOW + inMs)).toEqual(expected);
    expect(await toldWith(undefined, (alarm) => alarm.setExactly(), null, NOW + inMs)).toEqual(expected);
  });

  it('is set in the same turn, before anything is awaited', async () => {
    const told = await inAnOutbox((tables) => {
      const { ports, said } = outboxPorts(tables);
      void new OutboxAlarm(ports, () => ({ sendingAtMs: LATER, keysAtMs: undefined })).setForNextRun();
      return [...said.alarms];
    });

    expect(told).toEqual([LATER]);
  });
});
