import { createHash, randomBytes } from 'node:crypto';

/**
 * Makes a word that is in every piece of a run's personal data and nowhere else. It consists of letters, so that URL
 * encoding and upper case leave it recognizable. It is too long to occur by chance.
 */
export const aMark = (): string =>
  `zq${[...randomBytes(10)].map((byte) => 'bcdfghjklmnpqrstvwxz'[byte % 20] ?? '').join('')}`;

/** A person whose every trait contains the mark. */
export type MarkedPerson = {
  email: string;
  emailSha256: string;
  firstName: string;
  lastName: string;
  company: string;
  title: string;
  clickId: string;
  userId: string;
  anonymousId: string;
  /** In 198.51.100.0/24 and 203.0.113.0/24, which are reserved for documentation. */
  ip: string;
};

export function aMarkedPerson(mark: string, index: number): MarkedPerson {
  const email = `${mark}.e${index}@example.com`;
  return {
    email,
    emailSha256: createHash('sha256').update(email).digest('hex'),
    firstName: `${mark}first${index}`,
    lastName: `${mark}last${index}`,
    company: `${mark}company${index}`,
    title: `${mark}title${index}`,
    clickId: `${mark}-click-${index}`,
    userId: `${mark}-user-${index}`,
    anonymousId: `${mark}-anon-${index}`,
    ip: `${index % 2 === 0 ? '198.51.100' : '203.0.113'}.${index % 256}`,
  };
}

/** A search for the marks in bytes, in every encoding that a program might use. */
export type Sightings = {
  /** Returns the encodings in which a text contains a mark. */
  in(text: string): string[];
};

/**
 * Builds a search for marked values: plain, as UTF-16, as hex, as base64 at each of its three alignments (both
 * alphabets), percent-encoded, and as hashes of the e-mails in hex and in bytes.
 */
export function sightingsOf(mark: string, people: readonly MarkedPerson[]): Sightings {
  const forms: { form: string; pattern: RegExp }[] = [
    { form: 'plain', pattern: new RegExp(mark, 'i') },
    { form: 'utf-16', pattern: new RegExp(mark.split('').join('\0'), 'i') },
    { form: 'hex', pattern: new RegExp(Buffer.from(mark).toString('hex'), 'i') },
    {
      form: 'percent',
      pattern: new RegExp(
        mark
          .split('')
          .map((char) => `%${hexOf(char)}`)
          .join(''),
        'i',
      ),
    },
    ...[0, 1, 2].map((shift) => ({ form: `base64+${shift}`, pattern: new RegExp(base64Core(mark, shift)) })),
    ...['198.51.100.', '203.0.113.'].flatMap((network) => [
      { form: 'ip', pattern: new RegExp(`(?<![\\d.])${network.replaceAll('.', '\\.')}\\d{1,3}(?!\\d)`) },
      { form: 'ip in hex', pattern: new RegExp(Buffer.from(network).toString('hex'), 'i') },
      ...[0, 1, 2].map((shift) => ({ form: `ip in base64+${shift}`, pattern: new RegExp(base64Core(network, shift)) })),
    ]),
  ];
  const hashes = new Set(people.map(({ emailSha256 }) => emailSha256));
  const hashBytes = new Set(people.map(({ emailSha256 }) => Buffer.from(emailSha256, 'hex').toString('latin1')));
  const firstBytes = new Set([...hashBytes].map((bytes) => bytes.slice(0, 3)));
  return {
    in(text) {
      const found = forms.filter(({ pattern }) => pattern.test(text)).map(({ form }) => form);
      const hashed = [...text.matchAll(/(?<![0-9a-f])[0-9a-f]{64,}/gi)].some(([run]) => holdsHash(run, hashes));
      return [
        ...found,
        ...(hashed ? ['hash'] : []),
        ...(holdsBytes(text, hashBytes, firstBytes) ? ['hash bytes'] : []),
      ];
    },
  };
}

function holdsHash(run: string, hashes: ReadonlySet<string>): boolean {
  const lower = run.toLowerCase();
  for (let start = 0; start + 64 <= lower.length; start += 1)
    if (hashes.has(lower.slice(start, start + 64))) return true;
  return false;
}

function holdsBytes(text: string, wanted: ReadonlySet<string>, firstBytes: ReadonlySet<string>): boolean {
  for (let start = 0; start + 32 <= text.length; start += 1)
    if (firstBytes.has(text.slice(start, start + 3)) && wanted.has(text.slice(start, start + 32))) return true;
  return false;
}

const hexOf = (char: string): string => char.charCodeAt(0).toString(16).padStart(2, '0');

/** Returns the part of a text's base64 that doesn't depend on its surroundings. */
function base64Core(text: string, shift: number): string {
  const encoded = Buffer.from(`${'.'.repeat(shift)}${text}`)
    .toString('base64')
    .replace(/=+$/, '');
  const from = shift === 0 ? 0 : shift + 1;
  const whole = Math.floor(((shift + text.length) * 8) / 6);
  return encoded.slice(from, whole).replaceAll('+', '[+-]').replaceAll('/', '[/_]');
}
