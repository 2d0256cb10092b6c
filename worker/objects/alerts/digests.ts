import type { AlertWords } from '../../domain/incidents/alerts/alert-words.ts';
import type { Channel } from '../../domain/incidents/alerts/channel.ts';
import { digestWords } from '../../domain/incidents/alerts/digest-words.ts';
import { digestDay } from '../../domain/incidents/alerts/route-alert.ts';
import { incidentView } from '../../domain/incidents/incident-view.ts';
import type { Days } from '../../domain/reports/report-days.ts';
import type { AlertOutbox } from './alert-outbox.ts';
import type { AlertsPorts } from './alerts-ports.ts';
import type { IncidentStore } from './incident-store.ts';

const DAY_MS = 86_400_000;

/** The most sources in one digest. The ledger of each is read. */
const MAX_SOURCES = 200;

/** Creates the digests of channels. */
export class Digests {
  readonly #ports: AlertsPorts;
  readonly #incidents: IncidentStore;
  readonly #outbox: AlertOutbox;

  constructor({ ports, incidents, outbox }: { ports: AlertsPorts; incidents: IncidentStore; outbox: AlertOutbox }) {
    this.#ports = ports;
    this.#incidents = incidents;
    this.#outbox = outbox;
  }

  /** Adds the digests that are due, each only once a day. */
  add(channels: readonly Channel[], nowMs: number): void {
    for (const channel of channels) {
      const day = digestDay(channel, nowMs);
      if (day === undefined) continue;
      const row = { channel_id: channel.id, subject: `digest:${day}`, revision: 1, type: 'digest' };
      this.#outbox.add({ ...row, id: this.#ports.newId('alt'), nowMs, dueMs: nowMs });
    }
  }

  async words({ digest, source_ids: only }: Channel, atMs: number): Promise<AlertWords> {
    const period = digest === 'weekly' ? 'weekly' : 'daily';
    const daysBack = period === 'weekly' ? 7 : 1;
    const days = { from: dayOf(atMs - daysBack * DAY_MS), to: dayOf(atMs - DAY_MS) };
    const ids = (only ?? (await this.#ports.sourceIds())).slice(0, MAX_SOURCES);
    const totals = await Promise.all(ids.map((id) => this.#ports.totals(id, days)));
    const seen = only ?? undefined;
    const open = [...this.#incidents.newest({ state: 'open', beforeSeq: undefined })].flatMap(
      ({ incident }) => incidentView(incident, { nowMs: atMs, only: seen }) ?? [],
    );
    const solved = this.#solvedSince(atMs - daysBack * DAY_MS, seen);
    return digestWords({ period, totals: totals.filter((one) => one !== undefined), open, solved }, this.#ports.base());
  }

  #solvedSince(sinceMs: number, only: readonly string[] | undefined): number {
    let solved = 0;
    for (const { incident } of this.#incidents.newest({ state: 'closed', beforeSeq: undefined }))
      if ((incident.closedAtMs ?? 0) >= sinceMs && incidentView(incident, { nowMs: sinceMs, only }) !== undefined)
        solved += 1;
    return solved;
  }
}

/** The ledger counts by UTC days. */
function dayOf(ms: number): Days['from'] {
  return new Date(ms).toISOString().slice(0, 10);
}
