import { ASK_AGAIN_EVERY_MS, LOOK_ANYWAY_EVERY_MS } from '../../worker/routes/admin/live/live.ts';
import type { Site } from './a-site.ts';
import { aQuestion, busyLeads, idleLeads, idlePageViews, type Measured } from './scenarios.ts';
import type { Platform } from './start-platform.ts';
import type { Unit } from './world/meter.ts';

/** What one use of the product may cost, for each event; `dollars` for a million of them, with 300 ms for LinkedIn. */
export type Budget = {
  what: string;
  run: (platform: Platform, site: Site) => Promise<Measured>;
  most: Partial<Record<Unit, number>>;
  dollars: number;
  why: string;
  /** What differs when there is much on record: the latest 2,000 to 4,000 deliveries have no entry in an index (0033). */
  grown?: { rowsRead: number; dollars: number };
  /** Not repeated when there is much on record: what it adds to the others is the number of events. */
  isOnlyForNew?: true;
};

/**
 * The budgets, which only go down. The first run of each prints what it costs now: `npm run bench -- cost`.
 *
 * Rows: each entry of an index is one, and so is each alarm that is set. Calls: of objects, and alarms that run.
 */
export const BUDGETS: readonly Budget[] = [
  {
    what: 'a lead, idle',
    run: (platform, site) => idleLeads(platform, site, 1),
    most: { rowsWritten: 11, objectRequests: 8, rowsRead: 320, kvReads: 2, kvWrites: 0, fetches: 1 },
    dollars: 14.5,
    // A start reads the events after a place that moves on every fifty (docs/decisions/0033).
    grown: { rowsRead: 2_000, dollars: 16 },
    why: '8 rows and 3 alarms; the outbox, the registry, the credentials and the limiter, once each for the request',
  },
  {
    what: '10 leads in a request, idle',
    isOnlyForNew: true,
    run: (platform, site) => idleLeads(platform, site, 10),
    most: { rowsWritten: 6.7, objectRequests: 0.8, rowsRead: 60, kvReads: 0.2, kvWrites: 0, fetches: 0.1 },
    dollars: 7.4,
    why: 'the alarms and the request to LinkedIn are shared',
  },
  {
    what: '100 leads in a request, idle',
    isOnlyForNew: true,
    run: (platform, site) => idleLeads(platform, site, 100),
    most: { rowsWritten: 6.1, objectRequests: 0.08, rowsRead: 45, kvReads: 0.02, kvWrites: 0, fetches: 0.01 },
    dollars: 6.4,
    why: 'what is left are the rows of each event',
  },
  {
    what: 'a lead, busy',
    run: (platform, site) => busyLeads(platform, site, 1),
    most: { rowsWritten: 7.4, objectRequests: 1.6, rowsRead: 80, kvReads: 0.1, kvWrites: 0, fetches: 0.2 },
    dollars: 8.6,
    grown: { rowsRead: 250, dollars: 8.8 },
    why: 'visitors share commits, alarms and requests to LinkedIn',
  },
  {
    what: '10 leads in a request, busy',
    isOnlyForNew: true,
    run: (platform, site) => busyLeads(platform, site, 10),
    most: { rowsWritten: 6.4, objectRequests: 0.3, rowsRead: 60, kvReads: 0.1, kvWrites: 0, fetches: 0.1 },
    dollars: 6.8,
    why: 'the rows of each event',
  },
  {
    what: 'a page view',
    run: (platform, site) => idlePageViews(platform, site, 1),
    most: { rowsWritten: 1, objectRequests: 1, rowsRead: 60, kvReads: 2, kvWrites: 0, fetches: 0 },
    dollars: 2.6,
    why: 'one row of the log, with the counts in memory until it is full',
  },
  {
    what: '10 page views in a request',
    isOnlyForNew: true,
    run: (platform, site) => idlePageViews(platform, site, 10),
    most: { rowsWritten: 0.1, objectRequests: 0.1, rowsRead: 6, kvReads: 0.2, kvWrites: 0, fetches: 0 },
    dollars: 0.3,
    why: 'they share the row',
  },
  {
    what: 'the latest 50 events',
    run: (platform, site) => aQuestion(platform, `/sources/${site.id}/events?limit=50`),
    most: { rowsWritten: 0, objectRequests: 4, rowsRead: 6_000 },
    dollars: 7.5,
    grown: { rowsRead: 10_000, dollars: 12 },
    why: 'about ten rows for each event that is shown, and the deliveries without an index',
  },
  {
    what: 'the status of a connection',
    run: (platform, site) => aQuestion(platform, `/integrations/${site.integrationId}/status`),
    most: { rowsWritten: 0, objectRequests: 6, rowsRead: 5_000 },
    dollars: 6.5,
    grown: { rowsRead: 6_000, dollars: 8 },
    why: 'each object once; the backlog reads the deliveries without an index',
  },
];

const HOUR_MS = 3_600_000;

/**
 * An hour of the live view while nothing happens, which a test cannot wait for. `calls` follows from the two intervals.
 * The test is that nothing else calls, and `npm run bench -- cost` measures five minutes.
 */
export const A_VIEWERS_HOUR = {
  objectRequests: 200,
  why: 'the objects tell of changes over a WebSocket, and are looked at now and then because it may break unnoticed',
  calls(): number {
    const beginning = 10;
    // Both stores, the states of what is shown, the viewer's rights, and the refused traffic that the console asks for.
    const looks = (HOUR_MS / LOOK_ANYWAY_EVERY_MS) * 8;
    const pings = HOUR_MS / ASK_AGAIN_EVERY_MS / 20;
    return beginning + looks + pings;
  },
};
