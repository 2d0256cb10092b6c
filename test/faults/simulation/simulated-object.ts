import type { Chance } from './chance.ts';
import type { VirtualTime } from './virtual-time.ts';

/** What may go wrong with an object, and how often it did. */
export type Breakable = {
  /** How likely each await is the last. */
  crashProbability: number;
  /** How likely a call from another object does not get through. */
  unreachableProbability: number;
  loseAlarmProbability: number;
  doubleAlarmProbability: number;
  readonly crashes: number;
  crash(): void;
};

/**
 * A Durable Object as the platform runs it: it can be killed at any await, its memory is lost and its storage is not, it
 * has one alarm, and its clock may be wrong.
 */
export class SimulatedObject<Instance> implements Breakable {
  readonly #time: VirtualTime;
  readonly #chance: Chance;
  readonly #start: (self: SimulatedObject<Instance>) => { instance: Instance; started: Promise<void> };
  readonly #onAlarm: (instance: Instance) => Promise<void>;
  #epoch = 0;
  #instance: Instance | undefined;
  #isStarting = false;
  #waiting: (() => void)[] = [];
  #alarmAtMs: number | null = null;
  #alarmVersion = 0;
  #isInAlarm = false;
  #hasAlarmBegun = false;
  #alarmRun = 0;
  #minute = 0;
  #alarmsThisMinute = 0;
  /** Alarms in the minute that had the most of them. */
  mostAlarmsAMinute = 0;
  /** Calls under way. */
  #calls = 0;
  #isAlarmDue = false;
  #skewMs = 0;
  crashProbability = 0;
  unreachableProbability = 0;
  loseAlarmProbability = 0;
  doubleAlarmProbability = 0;
  crashes = 0;
  lostAlarms = 0;
  /** A call and its answer take up to this long together. */
  readonly #slowestCallMs: number;

  constructor({
    time,
    chance,
    start,
    onAlarm,
    slowestCallMs = 10,
  }: {
    time: VirtualTime;
    chance: Chance;
    slowestCallMs?: number;
    start: (self: SimulatedObject<Instance>) => { instance: Instance; started: Promise<void> };
    onAlarm: (instance: Instance) => Promise<void>;
  }) {
    this.#time = time;
    this.#chance = chance;
    this.#start = start;
    this.#onAlarm = onAlarm;
    this.#slowestCallMs = slowestCallMs;
  }

  now(): number {
    return this.#time.nowMs + this.#skewMs;
  }

  get alarmAtMs(): number | null {
    return this.#alarmAtMs;
  }

  /** Grows with whatever it does, or is done to it: what was true of it at rest stays true until then. */
  activity = 0;
  /** Somebody has needed it: until then its storage is as it was found. */
  hasStarted = false;

  /** It does nothing, or is dead: what the storage says is what counts. */
  get isAtRest(): boolean {
    return !this.#isInAlarm && !this.#isStarting && this.#calls === 0;
  }

  get isInAlarm(): boolean {
    return this.#isInAlarm;
  }

  /** Its class puts another instance in its place, as after `deleteAll`. What the former one has begun goes on. */
  replaceInstance(): Instance {
    this.activity += 1;
    this.#instance = this.#start(this).instance;
    return this.#instance;
  }

  #legMs(): number {
    return this.#chance.between(1, Math.ceil(this.#slowestCallMs / 2));
  }

  /** Lets a call from outside reach the object. It fails when the object dies meanwhile, as the caller would see. */
  call<Result>(work: (instance: Instance) => Result | Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#time.after(this.#legMs(), () => {
        if (this.#chance.is(this.unreachableProbability)) return reject(new Error('Network connection lost.'));
        this.#whenRunning((instance) => {
          const epoch = this.#epoch;
          this.#calls += 1;
          this.activity += 1;
          const ended = (): void => {
            if (this.#epoch === epoch) this.#calls -= 1;
            this.activity += 1;
          };
          Promise.resolve()
            .then(() => work(instance))
            .finally(ended)
            .then(
              (result) => {
                if (this.#epoch === epoch) this.#time.after(this.#legMs(), () => resolve(result));
                else reject(new Error('The object was replaced.'));
              },
              (error: unknown) => this.#time.after(this.#legMs(), () => reject(error)),
            );
          this.#onDeath.push(() => reject(new Error('The object was replaced.')));
        });
      });
    });
  }

  #onDeath: (() => void)[] = [];

  /**
   * Waits for something outside, for the instance that is alive now. If it dies meanwhile, nothing ever comes back to it.
   *
   * @param work What happens outside: it happens even if the object dies before it hears of it.
   */
  await<Result>(ms: number, work: () => Result | Promise<Result>): Promise<Result> {
    const epoch = this.#epoch;
    return new Promise((resolve, reject) => {
      if (this.#chance.is(this.crashProbability / 2)) return this.#crashSoon();
      this.#time.after(ms, () => {
        Promise.resolve()
          .then(work)
          .then(
            (result) => {
              if (this.#epoch !== epoch) return;
              // The answer is there, and the object dies before it has it.
              if (this.#chance.is(this.crashProbability / 2)) return this.#crashSoon();
              resolve(result);
            },
            (error: unknown) => {
              if (this.#epoch === epoch) reject(error);
            },
          );
      });
    });
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** Code that runs now runs to its next await, as it does in a process that is killed. */
  #crashSoon(): void {
    const epoch = this.#epoch;
    this.#time.after(0, () => {
      if (this.#epoch === epoch) this.crash();
    });
  }

  crash(): void {
    this.crashes += 1;
    this.activity += 1;
    this.#epoch += 1;
    this.#instance = undefined;
    this.#isStarting = false;
    this.#isInAlarm = false;
    this.#alarmRun += 1;
    this.#calls = 0;
    const dying = this.#onDeath;
    this.#onDeath = [];
    for (const die of dying) die();
    // The platform comes back for an alarm that was running, but not for ever: after six tries it is gone.
    if (this.#isAlarmDue) {
      this.#isAlarmDue = false;
      if (this.#alarmAtMs === null && (!this.#hasAlarmBegun || this.#chance.is(0.5))) this.setAlarm(this.now() + 100);
    }
    // Who had been waiting for the start still wants to be let in.
    if (this.#waiting.length > 0) this.#time.after(20, () => this.#whenRunning(() => undefined));
  }

  setAlarm(atMs: number): void {
    this.activity += 1;
    this.#alarmAtMs = atMs;
    this.#alarmVersion += 1;
    if (this.#chance.is(this.loseAlarmProbability)) {
      this.lostAlarms += 1;
      this.#alarmAtMs = null;
      return;
    }
    this.#watchAlarm();
  }

  clearAlarm(): void {
    this.activity += 1;
    this.#alarmAtMs = null;
    this.#alarmVersion += 1;
  }

  jumpClock(byMs: number): void {
    this.activity += 1;
    this.#skewMs += byMs;
    if (this.#alarmAtMs !== null) {
      this.#alarmVersion += 1;
      this.#watchAlarm();
    }
  }

  #watchAlarm(): void {
    const version = this.#alarmVersion;
    this.#time.at((this.#alarmAtMs ?? 0) - this.#skewMs, () => {
      if (this.#alarmVersion === version && this.#alarmAtMs !== null) this.#fireAlarm();
    });
  }

  #fireAlarm(): void {
    // One at a time: what comes due meanwhile runs afterwards.
    if (this.#isInAlarm) {
      this.#time.after(50, () => {
        if (this.#alarmAtMs !== null && this.#alarmAtMs <= this.now()) this.#fireAlarm();
      });
      return;
    }
    this.#alarmAtMs = null;
    this.#alarmVersion += 1;
    this.activity += 1;
    this.#countAlarm();
    this.#isAlarmDue = true;
    this.#isInAlarm = true;
    this.#hasAlarmBegun = false;
    this.#alarmRun += 1;
    const run = this.#alarmRun;
    this.#whenRunning((instance) => {
      // It died before it had begun: another alarm takes its place.
      if (this.#alarmRun !== run) return;
      const epoch = this.#epoch;
      this.#hasAlarmBegun = true;
      void this.#onAlarm(instance).then(() => {
        if (this.#epoch !== epoch) return;
        this.#isInAlarm = false;
        this.#isAlarmDue = false;
        this.activity += 1;
        if (this.#chance.is(this.doubleAlarmProbability)) this.#time.after(1, () => this.#fireAlarm());
      });
    });
  }

  #countAlarm(): void {
    const minute = Math.floor(this.#time.nowMs / 60_000);
    this.#alarmsThisMinute = minute === this.#minute ? this.#alarmsThisMinute + 1 : 1;
    this.#minute = minute;
    this.mostAlarmsAMinute = Math.max(this.mostAlarmsAMinute, this.#alarmsThisMinute);
  }

  #whenRunning(work: (instance: Instance) => void): void {
    if (this.#instance !== undefined && !this.#isStarting) return work(this.#instance);
    this.#waiting.push(() => {
      if (this.#instance !== undefined) work(this.#instance);
    });
    if (this.#isStarting) return;
    this.#isStarting = true;
    const epoch = this.#epoch;
    this.hasStarted = true;
    const { instance, started } = this.#start(this);
    this.#instance = instance;
    void started.then(() => {
      if (this.#epoch !== epoch) return;
      this.#isStarting = false;
      this.activity += 1;
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const go of waiting) go();
    });
  }
}
