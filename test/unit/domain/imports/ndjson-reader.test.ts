import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { FileReader } from '../../../../worker/domain/imports/file-reader.ts';
import type { FileFacts } from '../../../../worker/domain/imports/file-reader.ts';
import { withConsentColumn } from '../../../../worker/domain/imports/import-row.ts';
import type { ImportRow } from '../../../../worker/domain/imports/import-row.ts';

/** Returns the rows by e-mail hash, as they are decided about. */
async function read(lines: readonly string[], part = 4_096): Promise<{ rows: ImportRow[]; facts: FileFacts }> {
  const bytes = new TextEncoder().encode(lines.join('\n'));
  const reader = new FileReader({ isNdjson: true });
  const rows: ImportRow[] = [];
  for (let from = 0; from < bytes.byteLength; from += part)
    rows.push(...(await reader.push(bytes.slice(from, from + part))));
  rows.push(...(await reader.end()));
  const { facts } = reader;
  return { rows: rows.map((row) => withConsentColumn(row, facts.columns.consent !== undefined)), facts };
}

const LINE = fc.record(
  {
    user_id: fc.uuid({ version: 4 }),
    email: fc.emailAddress(),
    value: fc.integer({ min: 1, max: 99_999 }),
    currency: fc.constantFrom('EUR', 'USD'),
    consent: fc.constantFrom('yes', 'no', 'N/A', '', null, true, false),
    linkedin_lead_id: fc.integer({ min: 1_000_000, max: 9_000_000 }),
    stage: fc.constantFrom('won', 'lost'),
  },
  { requiredKeys: ['user_id'] },
);

describe('a line of NDJSON', () => {
  it('is read with all of its fields, wherever in the file they come first', async () => {
    const lines = fc.uniqueArray(LINE, { selector: (line) => line.user_id, minLength: 1, maxLength: 120 });
    await fc.assert(
      fc.asyncProperty(lines, fc.integer({ min: 50, max: 4_000 }), async (records, part) => {
        const texts = records.map((record) => JSON.stringify({ ...record, time: '2026-11-28T10:00:00Z' }));
        const { rows } = await read(texts, part);

        for (const [index, record] of records.entries())
          expect(rows[index]).toMatchObject({
            userId: record.user_id,
            ...(record.stage !== undefined && { stage: record.stage }),
            ...(record.linkedin_lead_id !== undefined && {
              leadUrn: `urn:li:leadGenFormResponse:${record.linkedin_lead_id}`,
            }),
            ...(record.value !== undefined &&
              record.currency !== undefined && { value: { amount: `${record.value}.00`, currency: record.currency } }),
          });
        const isAsked = records.some((record) => 'consent' in record);
        const expected = records.map(({ consent }) =>
          consent === 'yes' || consent === true
            ? true
            : consent === 'no' || consent === false
              ? false
              : isAsked
                ? 'unclear'
                : undefined,
        );
        expect(rows.map(({ consent }) => consent)).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps the fields of earlier lines when later lines have others with the same meaning', async () => {
    const early = Array.from({ length: 60 }, (_, at) => ({ mail: `a${at}@firm.de`, value: 5, currency: 'EUR' }));
    const late = [
      { email: 'b@firm.de', value: 7, currency: 'EUR' },
      { email: 'c@firm.de', amount: 8, currency: 'EUR' },
    ];
    const { rows, facts } = await read(
      [...early, ...late].map((each) => JSON.stringify(each)),
      200,
    );

    expect(rows.every(({ emailSha256 }) => emailSha256 !== undefined)).toBe(true);
    expect(rows.map(({ value }) => value?.amount)).toEqual([...early.map(() => '5.00'), '7.00', undefined]);
    expect(facts.header).toEqual(['mail', 'value', 'currency', 'email', 'amount']);
    expect(facts.ignored).toEqual([
      { place: 3, field: 'email', isSpare: true },
      { place: 4, field: 'value', isSpare: false },
    ]);
  });

  it('has the same digest of its cells in every file, so that it is sent once', async () => {
    const line = JSON.stringify({ email: 'a@firm.de', consent: 'yes' });
    const { rows: alone } = await read([line]);
    const { rows: among } = await read(['{"stage":"won"}', '{"consent":"no","value":5}', line]);

    expect(among[2]?.cells).toBe(alone[0]?.cells);
  });

  it('keeps all digits of a number', async () => {
    const { rows } = await read([
      '{"linkedin_lead_id":12345678901234567890,"event_id":9007199254740993,"deal_id":[9007199254740995]}',
    ]);

    expect(rows).toMatchObject([
      {
        leadUrn: 'urn:li:leadGenFormResponse:12345678901234567890',
        eventId: '9007199254740993',
        dealId: '9007199254740995',
      },
    ]);
  });

  it('is refused when the file has more than 1,000 names of fields', async () => {
    const many = Object.fromEntries(Array.from({ length: 990 }, (_, at) => [`field${at}`, 1]));
    const more = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`other${at}`, 1]));
    const { rows, facts } = await read([many, more, { field3: 2 }].map((each) => JSON.stringify(each)));

    expect(rows.map(({ problems }) => problems.some(({ code }) => code === 'too_many_cells'))).toEqual([
      false,
      true,
      false,
    ]);
    expect(facts.header).toHaveLength(1_000);
  });
});

describe('several columns for consent', () => {
  it.each([
    ['yes,no,yes', false],
    ['yes,,yes', true],
    ['yes,N/A,', 'unclear'],
    [',,', 'unclear'],
    [',,no', false],
  ])('%s: %s', async (cells, consent) => {
    const reader = new FileReader({});
    const text = `email,time,Consent,Opt-in,Marketing consent\na@firm.de,2026-11-28,${cells}\n`;
    await reader.push(new TextEncoder().encode(text));

    expect(await reader.end()).toMatchObject([{ consent }]);
  });

  it('are one when a person has chosen it', async () => {
    const reader = new FileReader({ chosen: { consent: 'Opt-in' } });
    await reader.push(new TextEncoder().encode('email,time,Consent,Opt-in\na@firm.de,2026-11-28,no,yes\n'));

    expect(await reader.end()).toMatchObject([{ consent: true }]);
  });
});
