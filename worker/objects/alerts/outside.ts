import { hourOutcomes } from '../../domain/metrics/hour-outcomes.ts';
import type { Env } from '../../env.ts';
import { logFault } from '../log-fault.ts';
import { waitOrAbort } from '../wait-or-abort.ts';
import type { AlertsPorts } from './alerts-ports.ts';
import { observeSource } from './observe-source.ts';
import { scoutVersions } from './scout-versions.ts';
import { sendAlert } from './send-alert.ts';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** An alert names at most this many sources. */
const MAX_NAMES = 5;

/** Returns what the alerts need from other objects and from the network. */
export function outsideOf(
  env: Env,
): Pick<
  AlertsPorts,
  | 'now'
  | 'newId'
  | 'sleep'
  | 'sourceIds'
  | 'sourceNames'
  | 'scout'
  | 'observe'
  | 'tryVersion'
  | 'hourly'
  | 'progress'
  | 'tallied'
  | 'totals'
  | 'send'
  | 'log'
> {
  const registry = (): ReturnType<Env['REGISTRY']['getByName']> => env.REGISTRY.getByName('registry');
  return {
    now: () => Date.now(),
    newId: (prefix) => `${prefix}_${randomText()}`,
    sleep: waitOrAbort,
    sourceIds: () => registry().sourceIds(),
    sourceNames: async (ids) => {
      const asked = [...new Set(ids)].slice(0, MAX_NAMES);
      const sources = await Promise.all(asked.map((id) => registry().source(id)));
      return new Map(sources.flatMap((source) => (source === undefined ? [] : [[source.id, source.name]])));
    },
    scout: (versions) => scoutVersions(env, versions),
    observe: (sourceId, versions) => observeSource(env, sourceId, { nowMs: Date.now(), versions }),
    tryVersion: (sourceId, integrationId, version) => env.OUTBOX.getByName(sourceId).tryVersion(integrationId, version),
    hourly: (sourceId, afterSeq) => env.OUTBOX.getByName(sourceId).hourly(afterSeq),
    progress: (sourceId, after) => env.OUTBOX.getByName(sourceId).progress(after),
    tallied: async (sourceId, hours) => hourOutcomes((await env.TALLY.getByName(sourceId).lastHours(hours)).data),
    totals: async (sourceId, days) => {
      const source = await registry().source(sourceId);
      if (source === undefined) return undefined;
      const [outbox, tally] = await Promise.all([
        env.OUTBOX.getByName(sourceId).ledger(days),
        env.TALLY.getByName(sourceId).ledger(days),
      ]);
      const { delivered, pending, held, dead } = outbox.totals;
      const received = outbox.totals.received + tally.totals.received;
      return { name: source.name, received, delivered, waiting: pending + held, failed: dead };
    },
    send: (channel, address, alert) =>
      sendAlert(channel, address, {
        alert,
        sending: {
          fetch: (...args) => fetch(...args),
          now: () => Date.now(),
          email: env.ALERT_EMAIL,
          isLocalRun: env.DEMO === 'true',
        },
      }),
    log: logFault,
  };
}

/** 24 letters and digits have 124 bits. */
function randomText(): string {
  return [...crypto.getRandomValues(new Uint8Array(24))].map((byte) => ALPHABET[byte % ALPHABET.length]).join('');
}
