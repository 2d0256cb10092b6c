/** A UUID of version 4: 122 random bits. It may follow a word of letters, as in `anon_…`. */
const UUID_V4 = /^(?:[a-z]+[_:.-])?([\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12})$/iu;

/** Example UUIDs from documentation that people copy. */
const WELL_KNOWN: ReadonlySet<string> = new Set([
  'f47ac10b-58cc-4372-a567-0e02b2c3d479',
  '550e8400-e29b-41d4-a716-446655440000',
  '123e4567-e89b-42d3-a456-426614174000',
  '9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d',
  '110ec58a-a0f2-4ac4-8393-c866d813b8d1',
  // The MD5 of an empty text, written as a UUID.
  'd41d8cd9-8f00-4204-a980-0998ecf8427e',
]);

/**
 * Checks for a UUID of version 4, the only ID whose format promises 122 random bits. Only the browser that made it can
 * know it, or someone the browser gave it to.
 *
 * Customer numbers, times, counters, words, UUIDs made from these, and hashes of any of them can be guessed. Other
 * random texts can't be told apart from those.
 *
 * In doubt it returns false: one in a million random UUIDs looks too regular. It can't detect a hash that was written
 * as a UUID of version 4.
 */
export function isUnguessable(id: string): boolean {
  const uuid = UUID_V4.exec(id)?.[1]?.toLowerCase();
  return uuid !== undefined && isRandomUuid(uuid);
}

/** Checks for a UUID of version 4 without a prefix, as the collector creates for `_dfid`. */
export function isRandomUuid(uuid: string): boolean {
  if (UUID_V4.exec(uuid)?.[1] !== uuid || /[A-Z]/u.test(uuid) || WELL_KNOWN.has(uuid)) return false;
  // The version and variant digits are not random.
  const digits = uuid.replaceAll('-', '');
  const random = `${digits.slice(0, 12)}${digits.slice(13, 16)}${digits.slice(17)}`.split('');
  // A date or a number has no letters.
  if (!/[a-f]/u.test(random.join(''))) return false;
  return isVaried(
    random.map((digit) => Number.parseInt(digit, 16)),
    { base: 16, kinds: 8 },
  );
}

/**
 * Checks for many different values, many different steps between them, and no long runs. Patterns and counters fail
 * this.
 */
function isVaried(values: readonly number[], { base, kinds }: { base: number; kinds: number }): boolean {
  const steps = values.slice(1).map((value, index) => (value - (values[index] ?? 0) + base) % base);
  let run = 0;
  let longestRun = 0;
  for (const step of steps) {
    run = step === 0 ? run + 1 : 0;
    longestRun = Math.max(longestRun, run);
  }
  return new Set(values).size >= kinds && new Set(steps).size >= kinds && longestRun < 6;
}
