/**
 * Returns the spellings under which a lead may have been remembered. The first one is the one to remember it under:
 * LinkedIn writes the lead's UUID in small letters, and a CRM may write it in capitals. The others are those of older
 * releases, which remembered the spelling that came.
 *
 * LinkedIn itself gets the spelling that came.
 *
 * @example
 * leadSpellings('urn:li:leadGenFormResponse:A1-4') // the same with a1-4, and with A1-4
 */
export function leadSpellings(urn: string): [string, ...string[]] {
  const start = urn.lastIndexOf(':') + 1;
  const [prefix, id] = [urn.slice(0, start), urn.slice(start)];
  const first = prefix + id.toLowerCase();
  return [first, ...new Set([urn, prefix + id.toUpperCase()].filter((other) => other !== first))];
}
