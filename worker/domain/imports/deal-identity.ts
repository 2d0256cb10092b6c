/** The values of the letters with which Salesforce ends an ID of 18 characters. */
const CHECK_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ012345';

/**
 * Returns an ID of a deal in the one spelling by which it is compared. Salesforce's reports have 15 characters, and its
 * API 18: the same, with three that say which letters are capitals
 * (https://help.salesforce.com/s/articleView?id=000385203, from memory, 2026-12). Spreadsheets write numbers as `55.0`
 * or `1,055`, and Zoho's exports put `zcrm_` in front.
 */
export function dealIdentity(dealId: string): string {
  const id = dealId.trim().replace(/^zcrm_(?=\d+$)/i, '');
  if (/^[a-z0-9]{18}$/i.test(id) && id.slice(15) === checkLetters(id.slice(0, 15))) return id.slice(0, 15);
  const digits = /^\d{1,3}(?:,\d{3})+(?:\.0+)?$/.test(id) ? id.replaceAll(',', '') : id;
  return /^\d+\.0+$/.test(digits) ? digits.slice(0, digits.indexOf('.')) : digits;
}

function checkLetters(id: string): string {
  const capitals = id.replaceAll(/[^A-Z]/g, '0').replaceAll(/[A-Z]/g, '1');
  return [0, 5, 10]
    .map((from) => {
      const lowestLast = capitals
        .slice(from, from + 5)
        .split('')
        .toReversed()
        .join('');
      return CHECK_LETTERS.charAt(Number.parseInt(lowestLast, 2));
    })
    .join('');
}
