/** A UUID of version 4: 122 random bits. A word of letters may stand before it, as in `anon_…`; nothing stands behind it. */
const UUID_V4 = /^(?:[a-z]+[_:.-])?([\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12})$/iu;

/** Examples that stand in documents, which somebody has copied. */
const WELL_KNOWN: ReadonlySet<string> = new Set([
  'f47ac10b-58cc-4372-a567-0e02b2c3d479',
  '550e8400-e29b-41d4-a716-446655440000',
  '123e4567-e89b-42d3-a456-426614174000',
  '9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d',
  '110ec58a-a0f2-4ac4-8393-c866d813b8d1',
  // The MD5 of nothing, written so.
  'd41d8cd9-8f00-4204-a980-0998ecf8427e',
]);

/**
 * This is true for a UUID of version 4, the only id that says of itself that it has 122 random bits: whoever knows it is the
 * browser that made it, or has been told by it. A customer number, a time, a counter, words, a UUID of such, and a hash of
 * any of them can be guessed; other random texts can't be told from those.
 *
 * It errs on the side of "can be guessed": one in a million random UUIDs looks too regular. What it can't see is a hash that
 * somebody has written as a UUID of version 4.
 */
export function isUnguessable(id: string): boolean {
  const uuid = UUID_V4.exec(id)?.[1]?.toLowerCase();
  return uuid !== undefined && isRandomUuid(uuid);
}

/** This is true for a UUID of version 4 alone, as the collector makes them for `_dfid`. */
export function isRandomUuid(uuid: string): boolean {
  if (UUID_V4.exec(uuid)?.[1] !== uuid || /[A-Z]/u.test(uuid) || WELL_KNOWN.has(uuid)) return false;
  // Version and variant are not random.
  const digits = uuid.replaceAll('-', '');
  const random = `${digits.slice(0, 12)}${digits.slice(13, 16)}${digits.slice(17)}`.split('');
  // A date or a number has no letter in it.
  if (!/[a-f]/u.test(random.join(''))) return false;
  return isVaried(
    random.map((digit) => Number.parseInt(digit, 16)),
    { base: 16, kinds: 8 },
  );
}

/** Many different values, many different steps between them, and none several times in a row: no pattern, no counter. */
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
