import { versionsToScout } from '../../linkedin/scouted-versions.ts';
import type { ScoutedVersions } from '../../linkedin/scouted-versions.ts';
import type { AlertsPorts } from './alerts-ports.ts';
import type { Marks } from './marks.ts';

/** What is known about LinkedIn's versions, and when LinkedIn is asked next. */
const VERSIONS = 'versions';

const AFTER_ANSWER_MS = 24 * 60 * 60_000;
const AFTER_SILENCE_MS = 60 * 60_000;

/**
 * Asks LinkedIn once a day which of its versions it answers with, so that this knowledge does not depend on the release
 * that runs.
 */
export class VersionScout {
  readonly #marks: Marks;
  readonly #ports: AlertsPorts;

  constructor(marks: Marks, ports: AlertsPorts) {
    this.#marks = marks;
    this.#ports = ports;
  }

  /** Returns what LinkedIn last said. */
  known(): ScoutedVersions {
    const { value } = this.#marks.get(VERSIONS) ?? {};
    // `ask` wrote it from a value of this type.
    return value === undefined ? {} : JSON.parse(value);
  }

  /**
   * Called when LinkedIn has refused a version. An answer that is more than an hour old may be out of date, so LinkedIn
   * is asked again.
   */
  hurry(): void {
    const last = this.#marks.get(VERSIONS);
    const nowMs = this.#ports.now();
    if (last === undefined || last.atMs <= nowMs + AFTER_SILENCE_MS) return;
    if (last.atMs < nowMs + AFTER_ANSWER_MS - AFTER_SILENCE_MS) this.#marks.set(VERSIONS, nowMs, last.value);
  }

  /**
   * Asks LinkedIn if a day has passed since its last answer, or an hour since it failed to answer. Earlier answers
   * stay.
   */
  async ask(): Promise<void> {
    const nowMs = this.#ports.now();
    const last = this.#marks.get(VERSIONS);
    if (this.#marks.get('cron') === undefined || (last !== undefined && nowMs < last.atMs)) return;
    // If this run dies, LinkedIn is asked again in an hour.
    this.#marks.set(VERSIONS, nowMs + AFTER_SILENCE_MS, last?.value);
    const found = await this.#ports.scout(versionsToScout(nowMs));
    if (Object.keys(found).length > 0)
      this.#marks.set(VERSIONS, nowMs + AFTER_ANSWER_MS, JSON.stringify({ ...this.known(), ...found }));
  }
}
