const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** No place is further from UTC. */
const MAX_OFFSET_MS = 15 * HOUR_MS;

/** The hours from UTC of zone names in mail headers, logs and databases. RFC 822 defines the American ones. */
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

/** A zone's offset from UTC. `unnamed`: the text has no zone. `unknown`: a name that several zones may have. */
export type Zone = 'unnamed' | 'unknown' | { offsetMs: number };

/**
 * Reads the zone after a time: `Z`, `+01`, `+0100`, `UTC+01:00`, `GMT+0100 (Central European Standard Time)`,
 * `+01:00[Europe/Berlin]`, `CET`, `America/New_York`.
 *
 * @param wallMs The local time, as if it were UTC.
 * @returns Undefined when the text is not a zone.
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

/** Accepts an offset whose plus was lost. In a URL, a plus becomes a space. */
function isOffset(sign: string, zone: string, text: string): boolean {
  return sign !== '' || (/^\d{2}:?\d{2}$/u.test(zone) && text.startsWith(' '));
}

function offset(sign: string, hours: number, minutes: number): Zone | undefined {
  const offsetMs = (sign === '-' ? -1 : 1) * (hours * HOUR_MS + minutes * MINUTE_MS);
  return Math.abs(offsetMs) <= MAX_OFFSET_MS && minutes < 60 ? { offsetMs } : undefined;
}

/**
 * Returns the offset of a zone in the tz database. The offset depends on the instant and the instant on the offset, so
 * it is computed twice, which is enough.
 */
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
    // The limit is needed because a sender may write one name in thousands of spellings.
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
