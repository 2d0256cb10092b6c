import { Chance } from './chance.ts';
import type { VirtualTime } from './virtual-time.ts';

/** An object's faults and their probabilities, with counts. */
export type Breakable = {
  /** The probability that each await is the last. */
  crashProbability: number;
  /** The probability that a call from another object is lost. */
  unreachableProbability: number;
  loseAlarmProbability: number;
  doubleAlarmProbability: number;
  /** The probability that an object at rest is evicted before each call and alarm. */
  evictProbability: number;
  readonly crashes: number;
  readonly evictions: number;
  crash(): void;
};

/**
 * A Durable Object as the platform runs it. It can be killed at any await, and then loses its memory but not its
 * storage. It has one alarm, and its clock may be wrong.
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
  /** The number of alarms in the busiest minute. */
  mostAlarmsAMinute = 0;
  /** The number of calls in progress. */
  #calls = 0;
  #isAlarmDue = false;
  #skewMs = 0;
  crashProbability = 0;
  unreachableProbability = 0;
  loseAlarmProbability = 0;
  doubleAlarmProbability = 0;
  evictProbability = 0;
  crashes = 0;
  evictions = 0;
  /** Separate, so that a seed without evictions stays the same. */
  readonly #ofEvictions: Chance;
  lostAlarms = 0;
  /** The longest time for a call and its answer together. */
  readonly #slowestCallMs: number;

  constructor({
    time,
    chance,
    start,
    onAlarm,
    slowestCallMs = 10,
    evictionSeed = 0,
  }: {
    time: VirtualTime;
    chance: Chance;
    slowestCallMs?: number;
    evictionSeed?: number;
    start: (self: SimulatedObject<Instance>) => { instance: Instance; started: Promise<void> };
    onAlarm: (instance: Instance) => Promise<void>;
  }) {
    this.#time = time;
    this.#chance = chance;
    this.#start = start;
    this.#onAlarm = onAlarm;
    this.#slowestCallMs = slowestCallMs;
    this.#ofEvictions = new Chance(evictionSeed);
  }

  now(): number {
    return this.#time.nowMs + this.#skewMs;
  }

  get alarmAtMs(): number | null {
    return this.#alarmAtMs;
  }

  /** Grows with everything the object does or suffers. A fact about it at rest stays true until this changes. */
  activity = 0;
  /** Whether it has been needed. Until then its storage is unchanged. */
  hasStarted = false;

  /** True when it does nothing or is dead, so that its storage is the whole truth. */
  get isAtRest(): boolean {
    return !this.#isInAlarm && !this.#isStarting && this.#calls === 0;
  }

  get isInAlarm(): boolean {
    return this.#isInAlarm;
  }

  /** Replaces the instance, as after `deleteAll`. The work of the previous one continues. */
  replaceInstance(): Instance {
    this.activity += 1;
    this.#instance = this.#start(this).instance;
    return this.#instance;
  }

  #legMs(): number {
    return this.#chance.between(1, Math.ceil(this.#slowestCallMs / 2));
  }

  /** Calls the object from outside. The call fails if the object dies meanwhile, as its caller would see. */
  call<Result>(work: (instance: Instance) => Result | Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#time.after(this.#legMs(), () => {
        if (this.#chance.is(this.unreachableProbability)) return reject(new Error('Network connection lost.'));
        this.#mayEvict();
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

  /** Removes it from memory, as the platform does with an object that does nothing. Nothing under way is lost. */
  #mayEvict(): void {
    if (this.#instance === undefined || !this.isAtRest || !this.#ofEvictions.is(this.evictProbability)) return;
    this.evictions += 1;
    this.activity += 1;
    this.#epoch += 1;
    this.#instance = undefined;
  }

  #onDeath: (() => void)[] = [];

  /**
   * Waits for something outside, for the living instance. If it dies meanwhile, it never gets the answer.
   *
   * @param work The effect outside. It happens even if the object dies before it gets the result.
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
              // The answer has come, and the object dies before it reads it.
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

  /** Running code continues to its next await, as in a process that is killed. */
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
    // The platform retries an alarm that was running, but gives up after six attempts.
    if (this.#isAlarmDue) {
      this.#isAlarmDue = false;
      if (this.#alarmAtMs === null && (!this.#hasAlarmBegun || this.#chance.is(0.5))) this.setAlarm(this.now() + 100);
    }
    // Callers that were waiting for the start have to continue.
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
    // Alarms run one at a time: one that comes due meanwhile runs afterwards.
    if (this.#isInAlarm) {
      this.#time.after(50, () => {
        if (this.#alarmAtMs !== null && this.#alarmAtMs <= this.now()) this.#fireAlarm();
      });
      return;
    }
    this.#mayEvict();
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
      // The object died before this alarm began, and another alarm replaces it.
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
