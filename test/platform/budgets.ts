import { ASK_AGAIN_EVERY_MS, LOOK_ANYWAY_EVERY_MS } from '../../worker/routes/admin/live/live.ts';
import type { Site } from './a-site.ts';
import { aQuestion, busyLeads, idleLeads, idlePageViews, type Measured } from './scenarios.ts';
import type { Platform } from './start-platform.ts';
import type { Unit } from './world/meter.ts';

/**
 * The most that one use of the product may cost for each event. `dollars` is for a million of them, with 300 ms for
 * LinkedIn.
 */
export type Budget = {
  what: string;
  run: (platform: Platform, site: Site) => Promise<Measured>;
  most: Partial<Record<Unit, number>>;
  dollars: number;
  why: string;
  /** Not repeated when many events are stored, because it differs from the others only in the number of events. */
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
    most: { rowsWritten: 10, objectRequests: 6, rowsRead: 500, kvReads: 2, kvWrites: 0, fetches: 1 },
    dollars: 13.5,
    why: '7 rows and 3 alarms; the outbox, the registry, the credentials and the limiter, once each for the request',
  },
  {
    what: '10 leads in a request, idle',
    isOnlyForNew: true,
    run: (platform, site) => idleLeads(platform, site, 10),
    most: { rowsWritten: 4.7, objectRequests: 0.61, rowsRead: 60, kvReads: 0.2, kvWrites: 0, fetches: 0.1 },
    dollars: 5.3,
    why: 'the alarms and the request to LinkedIn are shared',
  },
  {
    what: '100 leads in a request, idle',
    isOnlyForNew: true,
    run: (platform, site) => idleLeads(platform, site, 100),
    most: { rowsWritten: 4.1, objectRequests: 0.061, rowsRead: 30, kvReads: 0.02, kvWrites: 0, fetches: 0.01 },
    dollars: 4.3,
    why: 'what is left are the rows of each event',
  },
  {
    what: 'a lead, busy',
    run: (platform, site) => busyLeads(platform, site, 1),
    most: { rowsWritten: 6.2, objectRequests: 1.6, rowsRead: 80, kvReads: 0.1, kvWrites: 0, fetches: 0.2 },
    dollars: 7.2,
    why: 'visitors share commits, alarms and requests to LinkedIn',
  },
  {
    what: '10 leads in a request, busy',
    isOnlyForNew: true,
    run: (platform, site) => busyLeads(platform, site, 10),
    most: { rowsWritten: 4.6, objectRequests: 0.3, rowsRead: 60, kvReads: 0.1, kvWrites: 0, fetches: 0.1 },
    dollars: 5,
    why: 'the rows of each event',
  },
  {
    what: 'a page view',
    run: (platform, site) => idlePageViews(platform, site, 1),
    most: { rowsWritten: 1, objectRequests: 1, rowsRead: 60, kvReads: 2, kvWrites: 0, fetches: 0 },
    dollars: 2.5,
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
    most: { rowsWritten: 0, objectRequests: 4, rowsRead: 1_500 },
    dollars: 2.8,
    why: 'about fifteen rows for each event that is shown',
  },
  {
    what: 'the status of a connection',
    run: (platform, site) => aQuestion(platform, `/integrations/${site.integrationId}/status`),
    most: { rowsWritten: 0, objectRequests: 7, rowsRead: 500 },
    dollars: 2,
    why: 'each object once, the alerts for the versions that LinkedIn has, and a start reads up to fifty events',
  },
];

const HOUR_MS = 3_600_000;

/**
 * An hour of the live view while nothing happens. A test can't wait that long, so `calls` is computed from the two
 * intervals. The test checks that there are no other calls, and `npm run bench -- cost` measures five minutes.
 */
export const A_VIEWERS_HOUR = {
  objectRequests: 200,
  why: 'the objects tell of changes over a WebSocket, and are looked at now and then because it may break unnoticed',
  calls(): number {
    const beginning = 10;
    // Both stores, the states of what is shown, the viewer's rights, and the refused traffic that the console asks for.
    const looks = (HOUR_MS / LOOK_ANYWAY_EVERY_MS) * 8;
    const pings = HOUR_MS / ASK_AGAIN_EVERY_MS / 20;
    // The bell asks every five minutes (client/console/app/bell.ts): the session, and the incidents.
    const bell = 12 * 2;
    return beginning + looks + pings + bell;
  },
};
