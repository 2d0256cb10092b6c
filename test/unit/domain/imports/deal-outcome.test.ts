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
  isNdjson = false,
): Promise<string[]> {
  const reader = new FileReader({ chosen, isNdjson });
  const rows = [...(await reader.push(new TextEncoder().encode(text))), ...(await reader.end())];
  const { outcomes: ends = { won: 0, lost: 0 }, isClosing = false } = reader.facts;
  const forAll = { event, events: {}, dateOrder: undefined, deals: { outcomes: ends, isClosing } };
  return rows.map((row) => {
    const made = rowEvent(row, forAll, NOW_MS);
    return made.kind === 'event' ? 'sent' : made.problem.code;
  });
}

const refused = expect.stringMatching(/^deal_(?:lost|open)$/);
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
  ['a no to being won', 'Stage', ['Won', 'Not won', 'Vertrag'], ['sent', 'deal_lost', 'deal_open']],
  ['a flag', 'IsWon', ['true', 'false', ''], ['sent', 'deal_open', 'deal_open']],
  ['a flag that is never set', 'IsWon', ['', '', ''], ['sent', 'sent', 'sent']],
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

it.each([
  ['Status Reason', ['Won', 'Lost', 'Canceled', 'Out-Sold', 'In Progress', 'On Hold']],
  ['Statusgrund', ['Gewonnen', 'Verloren', 'Abgebrochen', 'Ausverkauft', 'In Bearbeitung', 'Zurückgestellt']],
  ['Razón para el estado', ['Ganada', 'Perdida', 'Cancelada', 'Agotado', 'En curso', 'En espera']],
  ['Raison du statut', ['Gagné', 'Perdu', 'Annulé', 'Épuisé', 'En cours', 'Suspendu']],
  ['Razão do Status', ['Ganho', 'Perdido', 'Cancelado', 'Esgotado', 'Em Andamento', 'Em Espera']],
  ['Motivo stato', ['Vinta', 'Persa', 'Annullata', 'Esaurito', 'In corso', 'Sospesa']],
  ['Reden van status', ['Gewonnen', 'Verloren', 'Geannuleerd', 'Uitverkocht', 'Wordt uitgevoerd', 'In de wacht']],
  ['Statusorsak', ['Vunnen', 'Förlorad', 'Avbruten', 'Avvisad', 'Pågående', 'Vilande']],
  ['Årsag til status', ['Vundet', 'Tabt', 'Annulleret', 'Afbrudt', 'I gang', 'Åben']],
  ['Przyczyna stanu', ['Wygrana', 'Przegrana', 'Anulowana', 'Odrzucona', 'W toku', 'Wstrzymana']],
  ['Status Label', ['Won', 'Lost', 'Active', 'Lost', 'Active', 'Lost']],
  ['status_type', ['won', 'lost', 'active', 'lost', 'active', 'lost']],
  ['Status Display Name', ['Won', 'Lost', 'Active', 'Lost', 'Active', 'Lost']],
  ['Dealstadium', ['Gesloten gewonnen', 'Gesloten verloren', 'Offerte', 'Demo', 'Contract', 'Verloren']],
  ['Étape de la transaction', ['Fermée gagnée', 'Fermée perdue', 'Devis', 'Devis', 'Démo', 'Perdue']],
  ['Fase do negócio', ['Fechado ganho', 'Fechado perdido', 'Proposta', 'Demo', 'Proposta', 'Perdido']],
  ['Fase trattativa', ['Vinto', 'Perso', 'Proposta', 'Demo', 'Proposta', 'Perso']],
  ['Deal-Phase', ['Abgeschlossen und gewonnen', 'Abgeschlossen und verloren', 'Demo', 'Demo', 'Angebot', 'Verloren']],
  ['Estado do negócio', ['ganho', 'perdido', 'aberto', 'perdido', 'aberto', 'perdido']],
  ['Stato affare', ['vinto', 'perso', 'aperto', 'perso', 'aperto', 'perso']],
  ['Statut de l’affaire', ['gagné', 'perdu', 'ouvert', 'perdu', 'ouvert', 'perdu']],
  ['Angebotsstatus', ['gewonnen', 'verloren', 'offen', 'abgelehnt', 'offen', 'verloren']],
  ['Situação', ['Ganho', 'Perdido', 'Aberto', 'Perdido', 'Aberto', 'Perdido']],
  ['Estágio', ['Ganho', 'Perdido', 'Aberto', 'Perdido', 'Aberto', 'Perdido']],
  ['Disposition', ['Won', 'Lost', 'Open', 'Lost', 'Open', 'Lost']],
  ['Result', ['Won', 'Lost', 'Open', 'Lost', 'Open', 'Lost']],
  ['Ergebnis', ['gewonnen', 'verloren', 'offen', 'verloren', 'offen', 'verloren']],
  ['Résultat', ['gagné', 'perdu', 'en cours', 'perdu', 'en cours', 'perdu']],
  ['Lead Status', ['Won', 'Lost', 'New', 'Unqualified', 'Nurture', 'Lost']],
  ['Contact: Lead Status', ['Won', 'Lost', 'New', 'Unqualified', 'Nurture', 'Lost']],
  ['Pipeline', ['Won', 'Lost', 'Lost', 'Lost', 'Lost', 'Lost']],
  ['Wie ist es ausgegangen?', ['Gewonnen', 'Verloren', 'noch offen', 'Verloren', 'Angebot', 'Verloren']],
  ['cf_17', ['Closed Won', 'Closed Lost', 'Proposal', 'Negotiation/Review', 'Qualification', 'Closed Lost']],
  ['Zustand', ['1 - Won', '2 - Lost', '3 - Open', 'Cancelled', '3 - Open', '2 - Lost']],
])('in a column called %s, only deals that are won are sent', async (column, cells) => {
  expect(await outcomes(deals(column, cells))).toEqual(['sent', ...cells.slice(1).map(() => refused)]);
});

it.each([
  ['Is Lost', ['false', 'true', '']],
  ['Lost', ['0', '1', '0']],
  ['Closed Lost', ['', 'x', '']],
  ['hs_is_closed_lost', ['false', 'true', 'false']],
  ['Verloren', ['nein', 'ja', 'nein']],
  ['Deal - Lost time', ['', '2026-11-20 10:00:00', '']],
  ['Lost date', ['', '20.11.2026', '']],
  ['Verloren am', ['', '20.11.2026', '']],
  ['Closed Lost Reason', ['', 'Price', 'N/A']],
  ['Verlustgrund', ['', 'Preis', '-']],
  ['Motif de perte', ['', 'Prix', '']],
  ['Motivo da perda', ['', 'Preço', '']],
])('a deal that is lost by the column %s is not sent', async (column, cells) => {
  expect(await outcomes(deals(column, cells))).toEqual(['sent', 'deal_lost', 'sent']);
});

it('a deal that was lost once and then won is sent', async () => {
  const file = deals('Stage,Lost date,Lost reason', ['Closed Won,2026-01-01,Price', 'Closed Lost,2026-01-01,Price']);
  expect(await outcomes(file)).toEqual(['sent', 'deal_lost']);
});

it.each([['Is Deal Closed?'], ['Deal closed'], ['hs_is_closed']])('a deal that isn’t %s is open', async (column) => {
  expect(await outcomes(deals(column, ['true', 'false']))).toEqual(['sent', 'deal_open']);
});

it.each([
  ['Product', ['Won', 'Lost', 'Lost Ark']],
  ['Deal Name', ['Won', 'Lost', 'Lost and found']],
  ['Notes', ['won', 'lost', 'call back']],
  ['What they said', ['won them with the demo', 'lost our number', 'we won a prize last year at the fair']],
  ['Campaign', ['Win-back', 'Lost customers', 'Won']],
  ['Competitor status', ['Lost', 'Won', 'Lost']],
  ['Previous stage', ['Closed Lost', 'Negotiation', 'Closed Won']],
  ['Plan', ['Won Ton', 'Lost Ark', 'Perdu de vue']],
  ['Customer type', ['New', 'Existing', 'New']],
  ['Onboarding', ['In progress', 'Pending', 'Done']],
  ['Delivery', ['Cancelled', 'Delivered', 'Delivered']],
])('the column %s says nothing about the end of a deal', async (column, cells) => {
  const file = deals(
    `Stage,${column}`,
    cells.map((cell, at) => `${at === 2 ? 'Vertrag' : 'Closed Won'},${cell}`),
  );
  expect(await outcomes(deals(column, cells))).toEqual(['sent', 'sent', 'sent']);
  expect(await outcomes(file)).toEqual(['sent', 'sent', 'deal_open']);
});

it('a lost deal is refused too where the first rows don’t show that the column has outcomes', async () => {
  const early = Array.from({ length: 60 }, (_, at) => `e${at}@firm.de,Vertrag,2026-11-20`);
  const file = ['Email,Zustand,Close Date', ...early, 'a@firm.de,Verloren,2026-11-20'].join('\n');
  expect(new Set((await outcomes(file)).slice(0, 60))).toEqual(new Set(['sent']));
  expect((await outcomes(file)).at(-1)).toBe('deal_lost');
});

it('a column that is known by its cells stays known when a later line of NDJSON has another field', async () => {
  const line = (at: number, more: object): string =>
    JSON.stringify({ email: `p${at}@firm.de`, 'Close Date': '2026-11-20', cf_17: at % 2 ? 'Lost' : 'Won', ...more });
  const lines = Array.from({ length: 70 }, (_, at) => line(at, at < 60 ? {} : { [`field_${at}`]: 1, cf_17: 'Demo' }));
  const made = await outcomes(lines.join('\n'), 'Deal won', {}, true);

  expect(made.slice(58)).toEqual(['sent', 'deal_lost', ...Array.from({ length: 10 }, () => 'deal_open')]);
});

it('a row without a stage is sent only if no other row has an end, as below a merged cell', async () => {
  const grouped = ['Closed Won,1', ',2', 'Closed Lost,3', ',4'];
  expect(await outcomes(deals('Stage,Deal ID', grouped))).toEqual(['sent', 'deal_open', 'deal_lost', 'deal_open']);
  expect(await outcomes(deals('Stage,Deal ID', ['Closed Lost,3', ',4']))).toEqual(['deal_lost', 'deal_open']);
  expect(await outcomes(deals('Stage,Deal ID', [',1', ',2']))).toEqual(['sent', 'sent']);
  expect(await outcomes(deals('Stage,Status', [',Won', 'Closed Lost,Lost']))).toEqual(['sent', 'deal_lost']);
});
