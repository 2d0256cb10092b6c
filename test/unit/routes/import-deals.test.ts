/** An event happens once to a deal, whichever file or hook says so. */
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { aHook, taken } from '../support/a-hook.ts';
import { aPreview, started } from '../support/an-import.ts';

beforeEach(() => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json({ elements: [] }));
});

const dayAgo = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString();
const HEADER = 'Email,Close Date,Deal ID,Amount,Currency';
const row = (deal: string, { days = 2, amount = 100, more = '' } = {}): string =>
  `a@firm.de,${dayAgo(days)},${deal},${amount},EUR${more}`;
const STAGES = {
  on_back: 'again',
  stages: [
    { event: 'MQL', values: ['mql'] },
    { event: 'Won', values: ['won'] },
  ],
};

describe('in files', () => {
  it('a deal whose amount or date is corrected in a later file is not sent again', async () => {
    const { source } = await aHook({ kind: 'generic', event: 'Won' });
    await started(source, await aPreview(source, [HEADER, row('d-1')]));
    const again = await aPreview(source, [HEADER, row('d-1', { amount: 120 }), row('d-1', { days: 3 }), row('d-2')]);

    expect(again).toMatchObject({ sendable: 1, duplicates: 2, problem_counts: { already_sent: 2 } });
  });

  it('only the first of several lines of a deal is sent, unless each has an ID of its own', async () => {
    const { source } = await aHook({ kind: 'generic', event: 'Won' });
    const lines = [row('d-1'), row('d-1', { amount: 200 })];
    const shown = await aPreview(source, [HEADER, ...lines]);
    const own = await aPreview(source, [`${HEADER},Order ID`, ...lines.map((line, at) => `${line},o-${at}`)]);

    expect(shown).toMatchObject({ sendable: 1, duplicates: 1, problem_counts: { duplicate_in_file: 1 } });
    expect(own).toMatchObject({ sendable: 2, duplicates: 0 });
  });

  it('invoices of one deal are different conversions, and a number that Excel has shortened is no ID', async () => {
    const { source } = await aHook({ kind: 'generic', event: 'Won' });
    const invoices = ['R-0', 'R-1'].map((number) => row('d-1', { more: `,${number}` }));
    const shown = await aPreview(source, [`${HEADER},Invoice No`, ...invoices]);
    const short = await aPreview(source, [HEADER, row('1.23457E+11'), row('1.23457E+11', { amount: 7 })]);

    expect(shown).toMatchObject({ sendable: 2, duplicates: 0 });
    expect(short).toMatchObject({ sendable: 2, problem_counts: { deal_id_senseless: 2 } });
  });

  it('the same event ID is a duplicate, whatever the deal is', async () => {
    const { source } = await aHook({ kind: 'generic', event: 'Won' });
    const shown = await aPreview(source, [
      `${HEADER},Order ID`,
      row('d-1', { more: ',o-1' }),
      row('d-2', { more: ',o-1' }),
    ]);

    expect(shown).toMatchObject({ sendable: 1, duplicates: 1 });
  });

  it('two events of a deal, and two people of a deal, are both sent', async () => {
    const { source } = await aHook({ kind: 'generic', event: 'Won' });
    const shown = await aPreview(source, [
      `${HEADER},Event`,
      row('d-1', { more: ',MQL' }),
      row('d-1', { more: ',Won' }),
      row('d-1', { more: ',Won' }).replace('a@', 'b@'),
    ]);

    expect(shown).toMatchObject({ sendable: 3, duplicates: 0 });
  });

  it.each([
    'Record ID - Deal',
    'Potential Id',
    '(Do Not Modify) Opportunity',
    'Order number',
    'Invoice No',
    'Rechnungsnummer',
  ])('two rows that differ only in their %s are two conversions', async (name) => {
    const { source } = await aHook({ kind: 'generic', event: 'Won' });
    const shown = await aPreview(source, [HEADER.replace('Deal ID', name), row('d-1'), row('d-2')]);

    expect(shown).toMatchObject({ sendable: 2, duplicates: 0 });
  });
});

describe('between files and hooks', () => {
  const change = { email: 'a@firm.de', deal_id: 'd-1', time: dayAgo(2), value: 100, currency: 'EUR' };

  it.each([
    ['with stages', { stages: STAGES }, { ...change, stage: 'won' }],
    ['with one event', { event: 'Won' }, change],
  ])('what a hook %s sent is a duplicate in a file, and the other way round', async (_, settings, data) => {
    const { source, hook } = await aHook({ kind: 'generic', ...settings });
    const before = await taken(hook, { data });
    await started(source, await aPreview(source, [HEADER, row('d-1'), row('d-2')]));
    const after = await taken(hook, { data: { ...data, deal_id: 'd-2' } });

    expect(before).toMatchObject({ sent: 1 });
    expect(await aPreview(source, [HEADER, row('d-1', { amount: 150 })])).toMatchObject({ sendable: 0, duplicates: 1 });
    expect(after).toMatchObject({ sent: 0, duplicates: 1 });
  });

  it('a stage that a file sent is sent by the hook if the deal reaches it again', async () => {
    const { source, hook } = await aHook({ kind: 'generic', stages: STAGES });
    await started(source, await aPreview(source, [HEADER, row('d-1', { days: 9 })]));
    const changes = [
      { stage: 'won', time: dayAgo(9) },
      { stage: 'mql', time: dayAgo(5) },
      { stage: 'won', time: dayAgo(1) },
    ].map((each) => ({ data: { ...change, ...each } }));

    expect((await taken(hook, changes)).outcomes).toMatchObject([
      { event: 'Won', outcome: 'duplicate' },
      { outcome: expect.any(String) },
      { event: 'Won', outcome: 'sent' },
    ]);
  });
});
