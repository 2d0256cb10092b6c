/**
 * Which columns of a file are read as what. A name that isn't sure is named instead of used. The headers are those of
 * HubSpot, Salesforce, Dynamics, Pipedrive, Zoho, Mailchimp, LinkedIn and spreadsheets, as far as we know them.
 */
import { describe, expect, it } from 'vitest';

import { suggestColumns } from '../../../../worker/domain/imports/suggest-columns.ts';
import type { FileColumns } from '../../../../worker/domain/imports/suggest-columns.ts';
import type { ImportField } from '../../../../worker/schema/imports/import-field.ts';

const EMAIL = 'ann@firm.de';
const DAY = '2026-11-28';

/** A file whose columns have these names and these cells. */
function suggest(columns: Readonly<Record<string, string>>): FileColumns {
  return suggestColumns(Object.keys(columns), [Object.values(columns)]);
}

/** The name of a field's column. */
function columnOf(field: ImportField, columns: Readonly<Record<string, string>>): string | undefined {
  return Object.keys(columns)[suggest(columns).columns[field] ?? -1];
}

function ignoredIn(columns: Readonly<Record<string, string>>): [string | undefined, ImportField, boolean][] {
  return suggest(columns).ignored.map(({ place, field, isSpare }) => [Object.keys(columns)[place], field, isSpare]);
}

const OF_USERS = [
  'Created By',
  'Created by (email)',
  'Deal owner',
  'Deal - Owner',
  'Owner Email',
  'Owner: Email',
  'HubSpot Owner Email',
  'Opportunity Owner Email',
  'Contact owner',
  'Lead Owner: Email',
  'Account Manager Email',
  'Assigned To',
  'Assigned To Email',
  'Assignee e-mail',
  'Last Modified By',
  'LastModifiedBy.Email',
  'Modified By (User)',
  'Updated by user',
  'Sales rep email',
  'Salesperson',
  'Sales Representative E-Mail',
  'Account Executive',
  'SDR email',
  'CSM Email',
  'Approved by',
  'Closed By',
  'Won by',
  'Added by',
  'Entered By',
  'Referred by',
  'Email from',
  'Email Sender',
  'cc',
  'Deal creator email',
  'Besitzer',
  'E-Mail des Besitzers',
  'Inhaber (E-Mail)',
  'Zuständiger Mitarbeiter',
  'Kundenbetreuer E-Mail',
  'Erstellt von',
  'Geändert von',
  'Zugewiesen an',
  'Vertriebsmitarbeiter',
  'Propriétaire du contact',
  'E-mail du propriétaire',
  'Créé par',
  'Attribué à',
  'Commercial',
  'Propietario',
  'Creado por',
  'Asignado a',
  'Correo del propietario',
  'Proprietario',
  'Creato da',
  'Assegnato a',
  'Responsável',
  'Criado por',
  'Eigenaar',
  'Aangemaakt door',
  'Toegewezen aan',
  'Ägare',
  'Skapad av',
  'Ansvarig säljare',
  'Oprettet af',
  'Ejer',
  'Opprettet av',
  'Właściciel',
  'Utworzone przez',
  'Przypisany do',
  'Opiekun',
];

describe('an e-mail address', () => {
  it.each(OF_USERS)('of a user of the CRM, in %j, is never the customer’s', (name) => {
    const file = { [name]: EMAIL, Date: DAY };

    expect(columnOf('email', file)).toBeUndefined();
    expect(ignoredIn(file)).toEqual([[name, 'email', false]]);
    expect(columnOf('email', { [name]: EMAIL, 'Kontakt-E-Mail': 'bo@firm.se', Date: DAY })).toBe('Kontakt-E-Mail');
    expect(suggest({ Email: EMAIL, [name]: EMAIL }).spares).toEqual({});
    expect(ignoredIn({ Email: '', [name]: EMAIL })).toEqual([[name, 'email', false]]);
  });

  it.each([
    'Email',
    'E-Mail',
    'e-mail address',
    'EMAIL',
    'Email Address',
    'Email Address 1',
    'Work Email',
    'Work email address',
    'Business E-Mail',
    'Personal Email',
    'Person - Email',
    'Person - Email - Work',
    'Contact: Email',
    'Contact Email',
    'Lead Email',
    'Email 2',
    'Email2',
    'Email (Work)',
    'Secondary Email',
    'Additional email addresses',
    'Alternate Email',
    'Company Email',
    'emailaddress1',
    'Your email',
    'What is your e-mail address?',
    'E-mail 1 - Value',
    'Email (SHA256)',
    'E-Mail-Adresse',
    'E-Mail (geschäftlich)',
    'Geschäftliche E-Mail',
    'Private E-Mail',
    'Courriel',
    'Adresse e-mail professionnelle',
    'E-mail pro',
    'Correo electrónico',
    'Correo del trabajo',
    'Email di lavoro',
    'E-mail de trabalho',
    'E-mailadres',
    'Zakelijke e-mail',
    'E-post',
    'E-postadress',
  ])('in %j is the person’s, even if the first rows have none', (name) => {
    expect(columnOf('email', { Date: DAY, [name]: '' })).toBe(name);
  });

  it.each([
    [['Work Email', 'Personal Email']],
    [['Email', 'Email 2']],
    [['Person - Email - Work', 'Person - Email - Home', 'Person - Email - Other']],
    [['Email Address', 'Secondary Email']],
    [['Email', 'Additional email addresses']],
    [['E-Mail', 'E-Mail (privat)']],
    [['Email', 'Correo electrónico 2']],
    [['Email address 1', 'Email address 2', 'Email address 3']],
  ])('in one of %j is used where the first is empty', (names) => {
    const file = Object.fromEntries(names.map((name, at) => [name, at === 0 ? '' : EMAIL]));
    const { columns, spares } = suggest({ Date: DAY, ...file });

    expect(columns.email).toBe(1);
    expect(spares.email).toEqual(names.slice(1).map((_, at) => at + 2));
    expect(ignoredIn({ Date: DAY, ...file })).toEqual(names.slice(1).map((name) => [name, 'email', true]));
  });

  it.each(['Organization - Email', 'Billing Email', 'Support e-mail', 'Emergency contact email', 'Manager email'])(
    'in %j is named and not used',
    (name) => {
      expect(columnOf('email', { [name]: EMAIL })).toBeUndefined();
      expect(ignoredIn({ Email: '', [name]: EMAIL })).toEqual([[name, 'email', false]]);
    },
  );

  it.each([
    [{ A: EMAIL, B: '7' }, 'A'],
    [{ 'Column 1': EMAIL, 'Column 2': DAY }, 'Column 1'],
    [{ A: EMAIL, B: EMAIL }, undefined],
    [{ A: EMAIL, 'Owner email': EMAIL }, 'A'],
    [{ 'User email': EMAIL }, undefined],
    [{ Login: EMAIL }, undefined],
  ])('is found by the contents in %j only if a name says nothing', (file, expected) => {
    expect(columnOf('email', file)).toBe(expected);
  });
});

describe('the ID of a lead', () => {
  it.each([
    ['Lead ID', '00Q5g00000ABCDEFGH', false],
    ['Lead ID', 'zcrm_3652397000000649013', false],
    ['Lead ID', '12345', false],
    ['Lead ID', '3f2504e0-4f89-11d3-9a0c-0305e82c3301', false],
    ['LEADID', '00Q5g00000ABCDEFGH', false],
    ['lead_id', '77', false],
    ['Lead ID', '52dcb737-26f9-4af3-b1fc-935b3e93f838-4', true],
    ['lead_id', 'urn:li:leadGenFormResponse:52dcb737-26f9-4af3-b1fc-935b3e93f838-4', true],
    ['Response ID', '52dcb737-26f9-4af3-b1fc-935b3e93f838-4', true],
    ['Anything', 'urn:li:leadGenFormResponse:abc', true],
    ['LinkedIn Lead ID', 'abc-1', true],
    ['Lead form response ID', 'abc-1', true],
    ['Person - LinkedIn lead ID', 'abc-1', true],
  ])('in %j such as %j is one of LinkedIn’s: %j', (name, cell, isLinkedIns) => {
    const file = { Email: EMAIL, [name]: cell };

    expect(columnOf('lead_id', file)).toBe(isLinkedIns ? name : undefined);
    expect(ignoredIn(file)).toEqual(isLinkedIns ? [] : [[name, 'lead_id', false]]);
  });

  it('whose column was found by some cells is left out where a cell has another shape', () => {
    const hints = (name: string): boolean | undefined =>
      suggest({ [name]: 'urn:li:leadGenFormResponse:abc' }).hints.isLeadIdSure;

    expect([hints('Lead ID'), hints('LinkedIn Lead ID')]).toEqual([false, true]);
  });
});

describe('the time of a conversion', () => {
  it.each([
    'Close Date',
    'Closed Date',
    'Actual Close Date',
    'Deal - Won time',
    'Won time',
    'Deal: Won time',
    'Deal - Deal closed on',
    'Opportunity: Close Date',
    'Deals.Closing Date',
    'Closing Date',
    'Conversion time',
    'Timestamp',
    'Timestamp (UTC)',
    'Close Date (CET)',
    'Close Date (UTC+2)',
    'Close date [Europe/Berlin]',
    'close_date_utc',
    'Converted Date',
    'occurred_at',
    'Purchase date',
    'Conversion Date & Time',
    'Abschlussdatum',
    'Gewonnen am',
    'Geschäft - Gewonnen am',
    'Tatsächliches Abschlussdatum',
    'Date de clôture',
    'Gagné le',
    'Fecha de cierre',
    'Data di chiusura',
    'Data de fechamento',
    'Sluitingsdatum',
    'Avslutsdatum',
    'Data zamknięcia',
  ])('is in %j, beside any other date', (name) => {
    const others = {
      'Create date': DAY,
      'Deal - Expected close date': DAY,
      'Deal - Lost time': DAY,
      'Est. Close Date': DAY,
      'Modified On': DAY,
      'Date of birth': DAY,
      Renewal: DAY,
      Signed: DAY,
    };

    expect(columnOf('time', { ...others, [name]: DAY })).toBe(name);
    expect(columnOf('time', { [name]: '', ...others })).toBe(name);
  });

  it.each([
    'Deal - Expected close date',
    'Expected close date',
    'Est. Close Date',
    'Estimated Close Date',
    'Forecast close date',
    'Planned close date',
    'Deal - Lost time',
    'Lost date',
    'Closed Lost Date',
    'Modified On',
    'Last Modified Date',
    'Person - Update time',
    'Last activity date',
    'Next activity date',
    'Last Contacted',
    'Date of birth',
    'Birthday',
    'DOB',
    'Due date',
    'Start date',
    'Contract end date',
    'Renewal date',
    'Follow-up date',
    'Trial ends',
    'Opt-in date',
    'GDPR consent date',
    'Close Date (expected)',
    'Close Date (Est.)',
    'close_date_est',
    'Geburtsdatum',
    'Voraussichtliches Abschlussdatum',
    'Erwarteter Abschluss',
    'Geändert am',
    'Verloren am',
    'Fälligkeitsdatum',
    'Date de naissance',
    'Date de clôture prévue',
    'Modifié le',
    'Perdu le',
    'Fecha de nacimiento',
    'Fecha de cierre prevista',
    'Fecha de última modificación',
    'Data di nascita',
    'Data di chiusura prevista',
    'Ultima modifica',
    'Data de nascimento',
    'Data de fechamento esperada',
    'Geboortedatum',
    'Verwachte sluitingsdatum',
    'Laatst gewijzigd',
    'Födelsedatum',
    'Förväntat avslut',
    'Senast ändrad',
    'Forventet lukkedato',
    'Data urodzenia',
    'Oczekiwana data zamknięcia',
    'Ostatnia modyfikacja',
  ])('is never in %j by itself', (name) => {
    const alone = suggest({ Email: EMAIL, [name]: DAY });

    expect(alone.columns.time).toBeUndefined();
    expect(alone.dates.length === 0 || alone.dates[0] === 1).toBe(true);
    expect(columnOf('time', { [name]: DAY, 'Signed on': DAY })).toBeUndefined();
  });

  it.each([
    [{ A: EMAIL, B: DAY }, 'B', []],
    [{ A: DAY, B: DAY }, undefined, [0, 1]],
    [{ Signed: DAY }, undefined, [0]],
    [{ Signed: DAY, Invoiced: DAY }, undefined, [0, 1]],
    [{ 'Create date': DAY }, 'Create date', []],
    [{ 'Submitted at': DAY }, 'Submitted at', []],
    [{ 'Created at': DAY, 'Paid at': DAY }, undefined, [0, 1]],
    [{ 'Person - Person created': DAY, Signed: DAY }, undefined, [0, 1]],
    [{ 'Contact: Created Date': DAY, 'Last Modified Date': DAY }, 'Contact: Created Date', []],
    [{ 'Create date': DAY, Signed: DAY }, undefined, [0, 1]],
    [{ 'Deal Name': 'A', 'Create date': DAY }, undefined, [1]],
    [{ 'Deal - Deal created': DAY, 'Deal - Expected close date': DAY }, undefined, [0, 1]],
    [{ 'Created On': DAY, 'Est. Close Date': DAY }, undefined, [0, 1]],
    [{ 'Date of birth': DAY, 'Modified On': DAY }, undefined, [0, 1]],
  ])('of %j is in %j, or a person chooses', (file, expected, dates) => {
    expect(columnOf('time', file)).toBe(expected);
    expect(suggest(file).dates).toEqual(dates);
  });

  it.each([
    ['Close Date (UTC+2)', { timeZone: 'UTC+2', isZoneUnknown: false }],
    ['Close Date (CET)', { timeZone: 'CET', isZoneUnknown: false }],
    ['Close Date UTC-05:00', { timeZone: 'UTC-05:00', isZoneUnknown: false }],
    ['Close Date (Europe/Berlin)', { timeZone: 'Europe/Berlin', isZoneUnknown: false }],
    ['close_date_utc', { timeZone: 'utc', isZoneUnknown: false }],
    ['Close Date (IST)', { isZoneUnknown: true }],
    ['Close Date (local time)', { isZoneUnknown: true }],
    ['Close Date (DD/MM/YYYY)', { isZoneUnknown: false }],
    ['Close Date', { isZoneUnknown: false }],
  ])('in %j has the time zone %j', (name, expected) => {
    const { columns, hints } = suggest({ [name]: DAY });

    expect(columns.time).toBe(0);
    expect({ timeZone: hints.timeZone, isZoneUnknown: hints.isZoneUnknown }).toEqual(expected);
  });
});

describe('an amount', () => {
  it.each([
    ['Amount', undefined, false],
    ['Deal - Value', undefined, false],
    ['Opportunity: Amount', undefined, false],
    ['Actual Revenue', undefined, false],
    ['Amount (EUR)', 'EUR', false],
    ['Amount (USD)', 'USD', false],
    ['Amount [€]', 'EUR', false],
    ['Amount in EUR', 'EUR', false],
    ['Amount EUR', 'EUR', false],
    ['EUR Amount', 'EUR', false],
    ['amount_eur', 'EUR', false],
    ['amountUSD', 'USD', false],
    ['Deal value [EUR]', 'EUR', false],
    ['Deal - Value (PLN)', 'PLN', false],
    ['Betrag in €', 'EUR', false],
    ['Betrag (CHF)', 'CHF', false],
    ['Umsatz in Euro', 'EUR', false],
    ['Montant en €', 'EUR', false],
    ['Importe en USD', 'USD', false],
    ['Importo (EUR)', 'EUR', false],
    ['Valor em BRL', 'BRL', false],
    ['Bedrag (EUR)', 'EUR', false],
    ['Belopp i SEK', 'SEK', false],
    ['Kwota w PLN', 'PLN', false],
    ['Amount ($)', undefined, false],
    ['amount_cents', undefined, true],
    ['Amount in cents', undefined, true],
    ['Amount (EUR cents)', 'EUR', true],
    ['Betrag in Cent', undefined, true],
    ['amount_cents (EUR)', 'EUR', true],
    ['Amount (minor units)', undefined, true],
  ])('in %j has the currency %j, and is in cents: %j', (name, currency, isInCents) => {
    const { columns, hints } = suggest({ [name]: '1200' });

    expect(columns.value).toBe(0);
    expect({ currency: hints.currency, isInCents: hints.isInCents }).toEqual({ currency, isInCents });
  });

  it.each([
    'Amount in company currency',
    'Expected Revenue',
    'Weighted amount',
    'Deal - Weighted value',
    'Annual Revenue',
    'Amount (net)',
    'Amount (k€)',
    'Amount in thousands (EUR)',
    'Amount (EUR, net)',
    'Amount (Mio EUR)',
    'Amount (all)',
    'Est. Revenue',
    'ARR',
    'Recent Deal Amount',
    'Betrag netto',
    'Erwarteter Umsatz',
    'Montant HT',
  ])('in %j is named and not used', (name) => {
    expect(ignoredIn({ Email: EMAIL, [name]: '1200' })).toEqual([[name, 'value', false]]);
    expect(columnOf('value', { [name]: '1200', Amount: '7' })).toBe('Amount');
  });
});

describe('a currency', () => {
  it.each([
    [['Amount', 'Currency'], 'Currency'],
    [['Amount', 'Amount Currency'], 'Amount Currency'],
    [['Currency', 'Amount', 'Amount Currency'], 'Amount Currency'],
    [['Amount (converted) Currency', 'Amount (converted)', 'Amount Currency', 'Amount'], 'Amount Currency'],
    [['Amount (converted) Currency', 'Amount (converted)'], 'Amount (converted) Currency'],
    [['Opportunity Currency', 'Amount (converted)'], undefined],
    [['Annual Revenue Currency', 'Annual Revenue', 'Amount'], undefined],
    [['Expected Revenue Currency', 'Expected Revenue', 'Amount'], undefined],
    [['Expected Revenue Currency', 'Amount', 'Currency'], 'Currency'],
    [['Account Currency', 'Amount'], undefined],
    [['Organization - Currency', 'Deal - Value', 'Deal - Currency'], 'Deal - Currency'],
    [['Deal - Value', 'Deal - Currency of Value'], 'Deal - Currency of Value'],
    [['Opportunity Currency', 'Amount'], 'Opportunity Currency'],
    [['CurrencyIsoCode', 'Amount'], 'CurrencyIsoCode'],
    [['Betrag', 'Währung'], 'Währung'],
    [['Umsatz Währung', 'Betrag'], undefined],
    [['Montant', 'Devise'], 'Devise'],
    [['Importe', 'Moneda'], 'Moneda'],
    [['Importo', 'Valuta'], 'Valuta'],
    [['Amount', 'X'], 'X'],
    [['Amount', 'X', 'Y'], undefined],
  ])('of an amount in %j is in %j', (names, expected) => {
    const cells = names.map((name) => (/currency|währung|devise|moneda|valuta|^.$/i.test(name) ? 'EUR' : '7'));
    const file = Object.fromEntries(names.map((name, at) => [name, cells[at] ?? '']));

    expect(columnOf('currency', file)).toBe(expected);
    const unused = names.filter((name, at) => cells[at] === 'EUR' && name !== expected);
    expect(ignoredIn(file).filter(([, field]) => field === 'currency')).toEqual(
      unused.map((name) => [name, 'currency', false]),
    );
  });
});

it('the object in front of a name doesn’t hide the name, and decides whose it is', () => {
  const names = [
    'Deal - Title',
    'Deal - Organization',
    'Person - First name',
    'Person - Last name',
    'Person - Job title',
    'Deal - Stage',
    'Deal - ID',
    'Deal - Probability',
    'Organization - Country',
    'Person: li_fat_id',
  ];
  const { columns } = suggestColumns(names, []);

  expect(columns).toEqual({
    company: 1,
    first_name: 2,
    last_name: 3,
    title: 4,
    stage: 5,
    deal_id: 6,
    probability: 7,
    country: 8,
    click_id: 9,
  });
});

it('a name of any length is taken apart in no time', () => {
  const startedAt = performance.now();
  for (const part of ['(', '( ', '()', 'in ', '_ ', 'Deal - ', 'email ', 'currency ', 'EUR '])
    suggestColumns([part.repeat(2_000)], [['7']]);

  expect(performance.now() - startedAt).toBeLessThan(1_000);
});
