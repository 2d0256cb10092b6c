import { expect, it } from 'vitest';

import { FileReader } from '../../../../worker/domain/imports/file-reader.ts';
import { rowEvent } from '../../../../worker/domain/imports/row-event.ts';
import type { ImportField } from '../../../../worker/schema/imports/import-field.ts';

const NOW_MS = Date.UTC(2026, 10, 30);

/** Returns what becomes of each row: `sent`, or the code of its refusal. */
async function outcomes(
  text: string,
  event = 'Deal won',
  chosen: Readonly<Partial<Record<ImportField, string | null>>> = {},
): Promise<string[]> {
  const reader = new FileReader({ chosen });
  const rows = [...(await reader.push(new TextEncoder().encode(text))), ...(await reader.end())];
  const { outcomes: ends = { won: 0, lost: 0 }, isClosing = false } = reader.facts;
  const forAll = { event, events: {}, dateOrder: undefined, deals: { outcomes: ends, isClosing } };
  return rows.map((row) => {
    const made = rowEvent(row, forAll, NOW_MS);
    return made.kind === 'event' ? 'sent' : made.problem.code;
  });
}

const deals = (column: string, cells: readonly string[], time = 'Close Date'): string =>
  [`Email,${column},${time}`, ...cells.map((cell, at) => `p${at}@firm.de,${cell},2026-11-2${at}`)].join('\n');

it.each([
  ['Salesforce', 'Stage', ['Closed Won', 'Closed Lost', 'Negotiation/Review'], ['sent', 'deal_lost', 'deal_open']],
  ['HubSpot', 'Deal Stage', ['Closed won', 'Closed lost', 'Contract sent'], ['sent', 'deal_lost', 'deal_open']],
  [
    'HubSpot’s internal names',
    'dealstage',
    ['closedwon', 'closedlost', 'qualifiedtobuy'],
    ['sent', 'deal_lost', 'deal_open'],
  ],
  ['Pipedrive', 'Deal - Status', ['Won', 'Lost', 'Open'], ['sent', 'deal_lost', 'deal_open']],
  ['Dynamics', 'Status', ['Won', 'Canceled', 'In Progress'], ['sent', 'deal_lost', 'deal_open']],
  ['German', 'Phase', ['Gewonnen', 'Verloren', 'Angebot'], ['sent', 'deal_lost', 'deal_open']],
  ['French', 'Stage', ['Gagnée', 'Perdue', 'Devis'], ['sent', 'deal_lost', 'deal_open']],
  ['Spanish', 'Estado', ['Ganado', 'Perdido', 'Abierto'], ['sent', 'deal_lost', 'deal_open']],
  ['Dutch', 'Status', ['Gewonnen', 'Verloren', 'Lopend'], ['sent', 'deal_lost', 'deal_open']],
  ['a no to being won', 'Stage', ['Won', 'Not won', ''], ['sent', 'deal_lost', 'sent']],
  ['a flag', 'IsWon', ['true', 'false', ''], ['sent', 'deal_open', 'sent']],
  ['a flag that says less', 'Closed', ['1', '0', ''], ['sent', 'deal_open', 'sent']],
  ['stages of which none is known', 'Stage', ['Vertrag', 'Angebot', 'Kontakt'], ['sent', 'sent', 'sent']],
  ['a person’s stage', 'Lifecycle Stage', ['Customer', 'Lead', 'Unqualified'], ['sent', 'sent', 'sent']],
])('an event for all rows is sent for won deals only: %s', async (_, column, cells, expected) => {
  expect(await outcomes(deals(column, cells))).toEqual(expected);
  // An event whose name doesn't say it is about won deals too, because the time is their close date.
  expect(await outcomes(deals(column, cells), 'Sales conversion')).toEqual(expected);
});

const MIXED = ['Closed Won', 'Closed Lost', 'Proposal'];

it('an event about lost deals is sent for lost deals only', async () => {
  expect(await outcomes(deals('Stage', MIXED), 'Deal lost')).toEqual(['deal_won', 'sent', 'deal_open']);
});

it.each([
  ['Stage,Deal - Status', ['Closed Won,Lost', 'New,Won', 'Proposal,Open'], ['deal_lost', 'sent', 'deal_open']],
  ['Stage,Status', ['Closed Won,New', 'Closed Lost,Open', 'Closed Won,Pending'], ['sent', 'deal_lost', 'sent']],
  ['Stage,Is Closed Won', ['In Progress,true', 'Closed Lost,false', 'Vertrag,1'], ['sent', 'deal_lost', 'sent']],
])('the columns %s decide together', async (columns, cells, expected) => {
  expect(await outcomes(deals(columns, cells))).toEqual(expected);
});

it('a stage is read by what it begins with', async () => {
  const won = ['Lost and won back', 'Won (competitor declined)', 'Closed Won: No decision maker'];
  const others = ['Gewonnen (Wettbewerber verloren)', 'Won - Dead Sea Resort', 'Won - Duplicate checked'];
  for (const cells of [won, others]) expect(await outcomes(deals('Stage', cells))).toEqual(['sent', 'sent', 'sent']);
  const lost = ['Closed Lost - Price', 'Lost: competitor won', 'Cerrado perdido'];
  expect(await outcomes(deals('Stage', lost))).toEqual(['deal_lost', 'deal_lost', 'deal_lost']);
  const neither = ['Not lost', 'Lost contact', 'No decision yet'];
  expect(await outcomes(deals('Stage', neither))).toEqual(['sent', 'sent', 'sent']);
});

it('an event that happens before the end is sent for all deals', async () => {
  const file = deals('Stage', MIXED, 'Stage change date');
  expect(await outcomes(file, 'Opportunity created')).toEqual(['sent', 'sent', 'sent']);
});

it('a row with its own event is sent, whatever its stage is', async () => {
  const file = deals('Stage,Event', ['Closed Lost,Deal lost', 'Closed Won,Deal won', 'Proposal,Proposal sent']);
  expect(await outcomes(file)).toEqual(['sent', 'sent', 'sent']);
});

it('the stages aren’t read if a person says that there is no column for them', async () => {
  expect(await outcomes(deals('Stage', MIXED), 'Deal won', { stage: null })).toEqual(['sent', 'sent', 'sent']);
});
