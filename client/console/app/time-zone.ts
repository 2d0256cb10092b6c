/** Where the choice is kept, also when the browser is closed. It says nothing about the person. */
const KEY = 'directflight.time-zone';

/** UTC, or the zone of the browser. */
export type ZoneChoice = 'utc' | 'browser';

/** The choice of this page, if the browser blocks storage. */
let here: ZoneChoice | undefined;

/** Returns the chosen zone. Without a choice it is UTC, by which events are counted. */
export function zoneChoice(): ZoneChoice {
  if (here === undefined) here = stored();
  return here;
}

export function chooseZone(choice: ZoneChoice): void {
  here = choice;
  try {
    localStorage.setItem(KEY, choice);
  } catch {
    // Storage is blocked or full: the choice counts until the page is closed.
  }
}

function stored(): ZoneChoice {
  try {
    return localStorage.getItem(KEY) === 'browser' ? 'browser' : 'utc';
  } catch {
    return 'utc';
  }
}

/** Returns the browser's zone, such as `Europe/Berlin`, or UTC if the browser doesn't report one. */
export function browserZone(): string {
  try {
    return new Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC';
  } catch {
    return 'UTC';
  }
}

/** Returns the zone in which all times are shown. */
export function shownZone(): string {
  return zoneChoice() === 'browser' ? browserZone() : 'UTC';
}

/** Checks whether the browser's zone is only another name for UTC. */
export function isBrowserInUtc(): boolean {
  return /^(?:(?:Etc\/)?(?:UTC|UCT|Universal|Zulu|GMT)|GMT)$/.test(browserZone());
}

/** Returns the last second of a day in the shown zone, as an ISO time. @param day Such as `2026-11-30`. */
export function endOfDay(day: string): string {
  // Without a zone, a time is in the browser's own.
  return zoneChoice() === 'browser' ? new Date(`${day}T23:59:59`).toISOString() : `${day}T23:59:59Z`;
}
