import { CRON_LATE_MS } from '../../domain/heartbeat/vital-signs.ts';
import { alertWords } from '../../domain/incidents/alerts/alert-words.ts';
import type { AlertType } from '../../domain/incidents/alerts/alert-words.ts';
import type { Channel } from '../../domain/incidents/alerts/channel.ts';
import type { Alert } from '../../domain/incidents/alerts/messages.ts';
import { alertDueMs } from '../../domain/incidents/alerts/route-alert.ts';
import { incidentView } from '../../domain/incidents/incident-view.ts';
import { applyLooks } from '../../domain/incidents/incident.ts';
import type { IncidentChange } from '../../domain/incidents/incident.ts';
import type { SourceFacts } from '../../domain/incidents/source-facts.ts';
import type { Symptom } from '../../domain/incidents/symptom.ts';
import { symptomsOf } from '../../domain/incidents/symptoms-of.ts';
import type { InstanceMetrics } from '../../domain/metrics/families.ts';
import type { Severity } from '../../schema/alerts/causes.ts';
import type { IncidentView } from '../../schema/alerts/incident.ts';
import { migrate } from '../sql.ts';
import { AlertOutbox } from './alert-outbox.ts';
import type { AlertRow } from './alert-outbox.ts';
import type { AlertsPorts } from './alerts-ports.ts';
import { ALERTS_MIGRATIONS } from './alerts-schema.ts';
import { BaselineStore } from './baseline-store.ts';
import { ChannelStore } from './channel-store.ts';
import { Digests } from './digests.ts';
import { IncidentStore } from './incident-store.ts';
import { LookQueue } from './look-queue.ts';
import type { Look } from './look-queue.ts';
import { Marks } from './marks.ts';
import { MetricsOfSources } from './metrics/source-metrics.ts';
import { VersionScout } from './version-scout.ts';

/** An alarm is set this far ahead before a run, in case the run dies. It is longer than a run takes. */
const DEAD_MAN_MS = 60_000;

/** The wait from an outbox's report to a check of its source, because more may be reported in the same moment. */
const NOTICE_MS = 1_000;

/** A source with an open incident is checked again after this time. */
const AGAIN_MS = 60_000;

/** If a source could not be checked, it is tried again after this time. */
const RETRY_MS = 30_000;

/** One run makes at most about 1,000 calls, the lowest of the platform's limits. */
const LOOKS_A_RUN = 100;
const LOOKS_AT_ONCE = 10;
const LOOK_MS = 20_000;

const ALERTS_A_RUN = 30;
const ALERTS_AT_ONCE = 6;

/** The most alerts that are listed with an incident. */
const MAX_LISTED = 50;

/** Finds incidents, and sends alerts about them: the part of the Alerts object that doesn't depend on the platform. */
export class AlertsEngine {
  readonly channels: ChannelStore;
  readonly outbox: AlertOutbox;
  readonly marks: Marks;
  readonly versions: VersionScout;
  readonly #ports: AlertsPorts;
  readonly #incidents: IncidentStore;
  readonly #looks: LookQueue;
  readonly #digests: Digests;
  readonly #baselines: BaselineStore;
  readonly #metrics: MetricsOfSources;

  constructor(ports: AlertsPorts) {
    const { sql } = ports.database;
    migrate(ports.database, ALERTS_MIGRATIONS);
    this.#ports = ports;
    this.#incidents = new IncidentStore(sql);
    this.#looks = new LookQueue(sql);
    this.outbox = new AlertOutbox(sql);
    this.channels = new ChannelStore(sql, ports.seal);
    this.marks = new Marks(sql);
    this.versions = new VersionScout(this.marks, ports);
    this.#baselines = new BaselineStore(ports.database);
    this.#metrics = new MetricsOfSources(sql, ports);
    this.#digests = new Digests({ ports, incidents: this.#incidents, outbox: this.outbox });
  }

  /** Requests a check of a source, because something has changed there. */
  async notice(sourceId: string): Promise<void> {
    this.#looks.ask(sourceId, this.#ports.now() + NOTICE_MS);
    await this.setAlarm();
  }

  /** Requests a check of every source, including those that were deleted while an incident was open. */
  async beginRound(): Promise<void> {
    const nowMs = this.#ports.now();
    const ids = await this.#ports.sourceIds();
    this.#ports.database.transaction(() => {
      this.marks.set('cron', nowMs);
      for (const id of new Set([...ids, ...this.#inTrouble()])) this.#looks.ask(id, nowMs);
      this.#digests.add(this.channels.all(), nowMs);
      this.#incidents.forgetOld(nowMs);
      this.outbox.forgetOld(nowMs);
    });
    await this.setAlarm();
  }

  /** Checks the sources and sends the alerts that are due. Never throws. */
  async run(): Promise<void> {
    try {
      await this.#ports.alarm.set(this.#ports.now() + DEAD_MAN_MS);
      await this.#look(this.#looks.due(this.#ports.now(), LOOKS_A_RUN));
      await inParallel(this.outbox.due(this.#ports.now(), ALERTS_A_RUN), ALERTS_AT_ONCE, (row) => this.#deliver(row));
      await this.#sendHeartbeats();
      await this.versions.ask();
      this.marks.set('run', this.#ports.now());
      await this.setAlarm({ isLater: true });
    } catch (error) {
      this.#ports.log('alerts.run', error);
    }
  }

  /**
   * Calls the monitors outside, to show that the cron trigger and this alarm run. A monitor that isn't called raises
   * its own alert, so a failed heartbeat is not sent again.
   */
  async #sendHeartbeats(): Promise<void> {
    const nowMs = this.#ports.now();
    const cronMs = this.marks.get('cron')?.atMs;
    if (cronMs === undefined || nowMs - cronMs > CRON_LATE_MS) return;
    const due = this.channels
      .all()
      .filter(({ id, type, enabled }) => enabled && type === 'heartbeat' && this.marks.get(id)?.atMs !== cronMs);
    await inParallel(due, ALERTS_AT_ONCE, async (channel) => {
      // One heartbeat for each round.
      this.marks.set(channel.id, cronMs);
      const address = await this.channels.addressOf(channel.id);
      if (address === undefined) return;
      const words = { title: 'Heartbeat', lines: [], link: undefined };
      await this.#ports.send(channel, address, {
        id: channel.id,
        atMs: nowMs,
        type: 'test',
        words,
        incident: undefined,
      });
    });
  }

  /** Returns when the cron trigger last ran, and when this alarm runs next. */
  async signs(): Promise<{ cronAtMs: number | null; alarmAtMs: number | null }> {
    return { cronAtMs: this.marks.get('cron')?.atMs ?? null, alarmAtMs: await this.#ports.alarm.get() };
  }

  /** Returns the numbers of some sources, or of all, for a monitor. */
  async metrics(only: readonly string[] | undefined): Promise<InstanceMetrics> {
    const all = only ?? (await this.#ports.sourceIds());
    if (only === undefined) this.#metrics.forgetOthers(all);
    const sources = await this.#metrics.read(all);
    const nowMs = this.#ports.now();
    const incidents: Record<Severity, number> = { critical: 0, warning: 0, info: 0 };
    for (const { incident } of this.#incidents.newest({ state: 'open', beforeSeq: undefined }))
      if (incidentView(incident, { nowMs, only }) !== undefined) incidents[incident.severity] += 1;
    return { nowMs, cronAtMs: this.marks.get('cron')?.atMs ?? null, incidents, sources };
  }

  /** Sets the alarm for what is due next. @param isLater Replaces an earlier alarm, which is used up. */
  async setAlarm({ isLater = false } = {}): Promise<void> {
    const before = isLater ? null : await this.#ports.alarm.get();
    // Nothing is awaited between looking and setting: of simultaneous calls, the last one has seen everything.
    const times = [this.#looks.nextMs(), this.outbox.nextMs()].filter((atMs) => atMs !== undefined);
    if (times.length === 0) return isLater ? this.#ports.alarm.clear() : undefined;
    const atMs = Math.max(Math.min(...times), this.#ports.now());
    if (before === null || before > atMs) await this.#ports.alarm.set(atMs);
  }

  /** Returns incidents that a caller may see, the newest first. */
  list({ state, sourceId, only, limit, beforeSeq }: IncidentQuery): {
    data: IncidentView[];
    nextSeq: number | undefined;
  } {
    const nowMs = this.#ports.now();
    const seen = sourceId === undefined ? only : [sourceId];
    const names = new Map(this.channels.all().map(({ id, name }) => [id, name]));
    const data: IncidentView[] = [];
    let lastSeq: number | undefined;
    for (const { seq, incident } of this.#incidents.newest({ state, beforeSeq })) {
      const view = incidentView(incident, { nowMs, only: seen });
      if (view === undefined) continue;
      if (data.length === limit) return { data, nextSeq: lastSeq };
      lastSeq = seq;
      data.push({ ...view, alerts: this.#alertsOf(incident.id, names) });
    }
    return { data, nextSeq: undefined };
  }

  #alertsOf(incidentId: string, names: ReadonlyMap<string, string>): IncidentView['alerts'] {
    return this.outbox
      .of(incidentId, MAX_LISTED)
      .map(({ channel_id: id, type, state, note, done_at_ms, due_at_ms }) => ({
        channel: names.get(id) ?? id,
        type: alertTypeOf(type),
        state,
        at: new Date(done_at_ms ?? due_at_ms).toISOString(),
        note,
      }));
  }

  /** The sources with an open incident. */
  #inTrouble(): Set<string> {
    const open = [...this.#incidents.newest({ state: 'open', beforeSeq: undefined })];
    return new Set(open.flatMap(({ incident }) => incident.symptoms.map(({ sourceId }) => sourceId)));
  }

  async #look(looks: readonly Look[]): Promise<void> {
    const seen: { look: Look; symptoms: Symptom[] }[] = [];
    await inParallel(looks, LOOKS_AT_ONCE, async (look) => {
      try {
        const symptoms = await this.#symptoms(look.sourceId);
        seen.push({ look, symptoms });
      } catch (error) {
        this.#ports.log('alerts.look', error);
        this.#looks.postpone(look, this.#ports.now() + RETRY_MS);
      }
    });
    if (seen.length > 0) this.#apply(seen);
  }

  async #symptoms(sourceId: string): Promise<Symptom[]> {
    const late = this.#ports.sleep(LOOK_MS).then(() => {
      throw new Error(`${sourceId} did not answer within ${LOOK_MS / 1_000} seconds`);
    });
    const facts = await Promise.race([this.#ports.observe(sourceId, this.versions.known()), late]);
    if (facts === undefined) {
      this.#baselines.forget(sourceId);
      this.#metrics.forget(sourceId);
      return [];
    }
    await this.#tryVersions(facts);
    return [...symptomsOf(facts), ...(await this.#odd(sourceId))];
  }

  /**
   * Lets the next batch of an integration try a newer API version if the one in use ends soon. If one has already
   * ended, asks LinkedIn about its versions again.
   */
  async #tryVersions({ sourceId, integrations, health }: SourceFacts): Promise<void> {
    if (health.integrations.some(({ hold }) => hold?.reason === 'version_sunset')) this.versions.hurry();
    for (const { id, isEnabled, nextVersion, triedVersion } of integrations)
      if (isEnabled && nextVersion !== undefined && nextVersion !== triedVersion)
        // There is rarely more than one. oxlint-disable-next-line no-await-in-loop
        await this.#ports.tryVersion(sourceId, id, nextVersion);
  }

  /** Examines the source's last complete hour, once. If its events can't be read, the earlier oddities stay. */
  async #odd(sourceId: string): Promise<Symptom[]> {
    const afterSeq = this.#baselines.afterSeq(sourceId, this.#ports.now());
    if (afterSeq !== undefined) {
      const read = await this.#ports.hourly(sourceId, afterSeq);
      this.#baselines.add(sourceId, read, this.#ports.now());
    }
    return this.#baselines.symptoms(sourceId);
  }

  /** Stores the results of checks together with the alerts about them: all of it, or nothing. */
  #apply(seen: readonly { look: Look; symptoms: Symptom[] }[]): void {
    const nowMs = this.#ports.now();
    this.#ports.database.transaction(() => {
      const looks = seen.map(({ look, symptoms }) => ({ sourceId: look.sourceId, symptoms }));
      const newId = (): string => this.#ports.newId('inc');
      const channels = this.channels.all();
      for (const change of applyLooks(this.#incidents.current(nowMs), looks, { nowMs, newId })) {
        this.#incidents.write(change.incident);
        for (const channel of channels) this.#tell(channel, change, nowMs);
      }
      for (const { look, symptoms } of seen) {
        if (symptoms.length === 0) this.#looks.done(look);
        else this.#looks.postpone(look, nowMs + AGAIN_MS);
      }
    });
  }

  #tell(channel: Channel, change: IncidentChange, nowMs: number): void {
    const { kind, incident } = change;
    const isOver = kind === 'closed' && this.outbox.dropUntold(channel.id, incident.id, nowMs);
    const wasTold = !isOver && this.outbox.isTold(channel.id, incident.id);
    const dueMs = alertDueMs(channel, change, { nowMs, wasTold });
    if (dueMs === undefined) return;
    const { revision, id: subject } = incident;
    const type = `incident.${kind}`;
    this.outbox.add({ id: this.#ports.newId('alt'), channel_id: channel.id, subject, revision, type, nowMs, dueMs });
  }

  async #deliver(row: AlertRow): Promise<void> {
    this.outbox.begin(row, this.#ports.now());
    try {
      this.outbox.end(row, await this.#send(row), this.#ports.now());
    } catch (error) {
      this.#ports.log('alerts.send', error);
      this.outbox.end(row, 'An error in Directflight: the Worker’s log has the details.', this.#ports.now());
    }
  }

  async #send(row: AlertRow): Promise<string | undefined> {
    const channel = this.channels.one(row.channel_id);
    const address = await this.channels.addressOf(row.channel_id);
    if (channel === undefined) return 'The channel was deleted.';
    if (address === undefined) return 'The address cannot be read: the encryption key was changed. Enter it again.';
    const alert = await this.#alertOf(row, channel);
    // Its sources were deleted in the meantime, so there is nothing to report.
    return alert === undefined ? undefined : this.#ports.send(channel, address, alert);
  }

  async #alertOf({ id, subject, type, made_at_ms: atMs }: AlertRow, channel: Channel): Promise<Alert | undefined> {
    if (type === 'digest')
      return { id, atMs, type, words: await this.#digests.words(channel, atMs), incident: undefined };
    const incident = this.#incidents.one(subject);
    const only = channel.source_ids ?? undefined;
    const view = incident === undefined ? undefined : incidentView(incident, { nowMs: this.#ports.now(), only });
    if (view === undefined) return undefined;
    const told = alertTypeOf(type);
    const names = await this.#ports.sourceNames(view.parts.map(({ source_id: sourceId }) => sourceId));
    const words = alertWords(told, view, { names, base: this.#ports.base() });
    return { id, atMs, type: told, words, incident: view };
  }
}

type IncidentQuery = {
  state: 'open' | 'closed' | undefined;
  sourceId: string | undefined;
  /** Undefined means all sources. */
  only: readonly string[] | undefined;
  limit: number;
  beforeSeq: number | undefined;
};

function alertTypeOf(type: string): AlertType {
  return type === 'incident.closed' || type === 'incident.updated' ? type : 'incident.opened';
}

async function inParallel<Item>(
  items: readonly Item[],
  atOnce: number,
  work: (item: Item) => Promise<void>,
): Promise<void> {
  const left = [...items];
  const worker = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
