/** An event happens once to a deal, whichever file or hook says so. */
import { beforeEach, describe, expect, it, vi } from 'vitest';

import { aHook, anotherHook, taken } from '../support/a-hook.ts';
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

  it.each([
    ['0065g00000Abc1D', '0065g00000Abc1DAAR'],
    ['55', '55.0'],
    ['1055', '"1,055"'],
    ['4567000000012345', 'zcrm_4567000000012345'],
  ])('the deal %s is the deal %s, in both orders', async (one, other) => {
    const { source, hook } = await aHook({ kind: 'generic', stages: STAGES });
    const data = { ...change, stage: 'won' };
    await taken(hook, { data: { ...data, deal_id: one } });
    const inFile = await aPreview(source, [HEADER, row(other)]);
    await started(source, await aPreview(source, [HEADER, row(other).replace('a@', 'b@')]));
    const inHook = await taken(hook, { data: { ...data, deal_id: one, email: 'b@firm.de' } });

    expect(inFile).toMatchObject({ sendable: 0, duplicates: 1 });
    expect(inHook).toMatchObject({ sent: 0 });
  });

  it('other capital letters make another deal, as in Salesforce', async () => {
    const { source, hook } = await aHook({ kind: 'generic', event: 'Won' });
    await taken(hook, { data: { ...change, deal_id: '0065g00000Abc1DAAR' } });

    expect(await aPreview(source, [HEADER, row('0065g00000abc1D')])).toMatchObject({ sendable: 1 });
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

describe('in hooks', () => {
  const change = { email: 'a@firm.de', deal_id: 'd-1', time: dayAgo(2), value: 100, currency: 'EUR' };

  it('an edit of a deal is a duplicate, in another request or in the same', async () => {
    const { hook } = await aHook({ kind: 'generic', event: 'Won' });
    const first = await taken(hook, [{ data: change }, { data: { ...change, value: 101 } }]);
    const edits = [{ value: 102 }, { time: dayAgo(1) }].map((edit) => ({ data: { ...change, ...edit } }));

    expect(first).toMatchObject({ sent: 1, duplicates: 1 });
    expect(await taken(hook, edits)).toMatchObject({ sent: 0, duplicates: 2 });
    expect(await taken(hook, { data: { ...change, deal_id: 'd-2' } })).toMatchObject({ sent: 1 });
  });

  it('what one hook of a site sent is a duplicate in another', async () => {
    const { source, hook } = await aHook({ kind: 'generic', stages: STAGES });
    const other = await anotherHook(source, { kind: 'generic', event: 'Won' });
    await taken(hook, { data: { ...change, stage: 'won' } });

    expect(await taken(other, { data: change })).toMatchObject({ sent: 0, duplicates: 1 });
  });

  it('changes with IDs of their own are different conversions of a deal', async () => {
    const { hook } = await aHook({ kind: 'generic', event: 'Won' });
    const invoices = ['i-1', 'i-2'].map((id) => ({ data: { ...change, event_id: id } }));

    expect(await taken(hook, invoices)).toMatchObject({ sent: 2 });
  });

  it.each([
    [{ stage: 'Closed Lost' }, 'deal_lost'],
    [{ stage: 'Prospecting', status: 'open' }, 'deal_open'],
    [{ StageName: 'Closed Lost' }, 'deal_lost'],
    [{ IsWon: false }, 'deal_open'],
    [{ properties: { dealstage: { value: 'closedlost' } } }, 'deal_lost'],
  ])('a deal of which a hook with the event Won hears %j is refused', async (said, problem) => {
    const { hook } = await aHook({ kind: 'generic', event: 'Won' });
    const data = { ...change, ...said };

    expect(await taken(hook, { data })).toMatchObject({ sent: 0, skipped: { [problem]: 1 } });
  });

  it.each([
    { stage: 'Closed Won' },
    { stage: 'Step 5' },
    { status: 'won' },
    { IsWon: true },
    { owner: { status: 'lost' } },
  ])('a deal of which it hears %j is sent', async (said) => {
    const { hook } = await aHook({ kind: 'generic', event: 'Won' });

    expect(await taken(hook, { data: { ...change, ...said } })).toMatchObject({ sent: 1 });
  });
});

describe('the same conversions in another file', () => {
  it.each([
    ['without the column of the company', (text: string) => text.replace(/,(?:Company|Acme)$/, '')],
    ['with amounts in another form', (text: string) => text.replace('100.50', '"100,50 €"')],
    ['with another date format', (text: string) => text.replace(/(\d{4})-(\d\d)-(\d\d)/, '$1/$2/$3')],
  ])('are duplicates %s', async (_, changed) => {
    const { source } = await aHook({ kind: 'generic', event: 'Won' });
    const lines = ['Email,Close Date,Amount,Currency,Company', `a@firm.de,${dayAgo(2).slice(0, 10)},100.50,EUR,Acme`];
    await started(source, await aPreview(source, lines));

    expect(await aPreview(source, lines.map(changed))).toMatchObject({ sendable: 0, duplicates: 1 });
  });
});
