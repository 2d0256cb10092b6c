const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Further from UTC no place is. */
const MAX_OFFSET_MS = 15 * HOUR_MS;

/** Hours from UTC of the names in mail headers, logs and databases; RFC 822 says what the American ones are. */
const NAMED: Readonly<Record<string, number>> = {
  z: 0,
  utc: 0,
  gmt: 0,
  ut: 0,
  uct: 0,
  wet: 0,
  west: 1,
  bst: 1,
  cet: 1,
  cest: 2,
  mez: 1,
  mesz: 2,
  met: 1,
  mest: 2,
  eet: 2,
  eest: 3,
  msk: 3,
  est: -5,
  edt: -4,
  cst: -6,
  cdt: -5,
  mst: -7,
  mdt: -6,
  pst: -8,
  pdt: -7,
  akst: -9,
  akdt: -8,
  hst: -10,
  jst: 9,
  kst: 9,
  hkt: 8,
  sgt: 8,
  aest: 10,
  aedt: 11,
  nzst: 12,
  nzdt: 13,
};

/** How far a wall clock is from UTC: `Unnamed` where nothing says it, `Unknown` for a name that may be of several zones. */
export type Zone = 'unnamed' | 'unknown' | { offsetMs: number };

/**
 * Reads what stands behind a clock: `Z`, `+01`, `+0100`, `UTC+01:00`, `GMT+0100 (Central European Standard Time)`,
 * `+01:00[Europe/Berlin]`, `CET`, `America/New_York`.
 *
 * @param wallMs What the clock shows, as if it showed UTC.
 * @returns undefined for what is no zone.
 */
export function zoneIn(text: string, wallMs: number): Zone | undefined {
  const [, bare = '', aside] = /^(.*?)(?:\(([^()]*)\))?$/su.exec(text) ?? [];
  const zone = bare.trim();
  if (zone === '') return aside === undefined ? 'unnamed' : zoneIn(aside, wallMs);
  const [, sign = '', hours = '', minutes = '0'] =
    /^(?:utc|gmt|ut|z)? ?([+-]?)(\d{1,2})(?::?(\d{2}))?(?::?\d{2})?(?: ?\[?[a-z][\w/+-]*\]?)?$/iu.exec(zone) ?? [];
  if (hours !== '') return isOffset(sign, zone, text) ? offset(sign, Number(hours), Number(minutes)) : undefined;
  const name = zone.replace(/^\[(.*)\]$/u, '$1');
  if (Object.hasOwn(NAMED, name.toLowerCase())) return { offsetMs: (NAMED[name.toLowerCase()] ?? 0) * HOUR_MS };
  if (/^[a-z]+(?:[/_-][a-z_+-]+)+\d{0,2}$/iu.test(name)) return placeZone(name, wallMs);
  return /^[a-z]{2,6}$/iu.test(name) ? 'unknown' : undefined;
}

/** A plus is often lost on its way: in an address it is a space. */
function isOffset(sign: string, zone: string, text: string): boolean {
  return sign !== '' || (/^\d{2}:?\d{2}$/u.test(zone) && text.startsWith(' '));
}

function offset(sign: string, hours: number, minutes: number): Zone | undefined {
  const offsetMs = (sign === '-' ? -1 : 1) * (hours * HOUR_MS + minutes * MINUTE_MS);
  return Math.abs(offsetMs) <= MAX_OFFSET_MS && minutes < 60 ? { offsetMs } : undefined;
}

/** A zone of the tz database. Its offset depends on the instant, which depends on the offset: twice is enough. */
function placeZone(name: string, wallMs: number): Zone {
  const format = formatOf(name);
  if (format === undefined) return 'unknown';
  const first = offsetAt(format, wallMs);
  return { offsetMs: offsetAt(format, wallMs - first) };
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    const format = formats.get(timeZone) ?? new Intl.DateTimeFormat('en', { timeZone, timeZoneName: 'longOffset' });
    // A sender may write one name in thousands of cases.
    if (formats.size < 64) formats.set(timeZone, format);
    return format;
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

function offsetAt(format: Intl.DateTimeFormat, ms: number): number {
  const name = format.formatToParts(ms).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign = '', hours = '0', minutes = '0'] = /([+-])(\d{2}):(\d{2})/u.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS);
}
