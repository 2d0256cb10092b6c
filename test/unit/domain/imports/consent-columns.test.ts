/** What a column says about consent, by its name, and what its cells mean. */
import { describe, expect, it } from 'vitest';

import { consentMeaning } from '../../../../worker/domain/imports/columns/consent-columns.ts';
import { consentIn, hasOptedOut } from '../../../../worker/domain/imports/consent-words.ts';
import { FileReader } from '../../../../worker/domain/imports/file-reader.ts';
import type { ImportRow } from '../../../../worker/domain/imports/import-row.ts';

/** The vendors' own names come first: HubSpot, Salesforce, Dynamics, Zoho. */
const OPT_OUT = [
  'Email Opt Out',
  'Opted out',
  'HasOptedOutOfEmail',
  'Email_Opt_Out',
  'hs_email_optout',
  'hs_email_optout_4517084',
  'Unsubscribed from all email',
  'Opted out of email: Marketing Information',
  'Opted out of email: One to One',
  'Opted out of email: Customer survey',
  'Fax Opt Out',
  'HasOptedOutOfFax',
  'Do Not Call',
  'DoNotCall',
  'Do not contact',
  'do_not_contact__c',
  'donotemail',
  'donotbulkemail',
  'donotphone',
  'donotfax',
  'donotpostalmail',
  'Do not allow Bulk Emails',
  'Do not allow Emails',
  'Do not allow Phone Calls',
  'DoNotEMail',
  'Consent withdrawn',
  'GDPR consent withdrawn',
  'Withdrew consent',
  'Consent revoked',
  'No consent',
  'No marketing consent',
  'Consent not given',
  'Consent denied',
  'emailoptout',
  'Email opt-out',
  'E-mail opt-out',
  'SMS opt-out',
  'Opt-Out',
  'optout',
  'Opt out date',
  'Opted out at',
  'Unsubscribed',
  'Unsubscribed at',
  'Unsubscribe Date',
  'UNSUB_TIME',
  'is_unsubscribed',
  'Has unsubscribed',
  'Globally unsubscribed',
  'DNC',
  'Don’t contact',
  'Do not sell or share',
  'Do Not Track',
  'Blacklisted',
  'EMAIL_BLACKLISTED',
  'Consent withdrawn on',
  'Werbewiderspruch',
  'Widerruf',
  'Einwilligung widerrufen',
  'Abgemeldet',
  'Keine Werbung',
  'Désabonné',
  'Ne pas contacter',
  'Consentement retiré',
  'No contactar',
  'Email Opt Out (yes/no)',
  'HASOPTEDOUTOFEMAIL',
  'Marketing opt out',
  'Opt-in withdrawn',
  'Do not process',
  'ShouldForget',
  'Do not mail',
  'Marketing consent revoked',
  'Objected to processing',
  'Rejected marketing',
  'Marketing refused',
  'Tracking declined',
  'Cookies rejected',
  'Non-marketable',
  'Not contactable',
  'Not subscribed',
  'No longer wishes to receive emails',
  'STOP SMS',
  'Kontaktverbot',
  'Werbung abgelehnt',
  'Wünscht keine Werbung',
  'Refus démarchage',
  'Ne souhaite pas être contacté',
  'Rechaza publicidad',
  'No desea recibir publicidad',
  'Non desidera essere contattato',
  'Wil geen e-mail',
  'Reklamspärr',
  'Ej kontakt',
  'Ikke kontakt',
  'Reservert mot reklame',
  'Nie wyraża zgody',
  'Brak zgody',
  'Objection to marketing',
  'Erasure requested',
  'Deletion request',
  'GDPR deletion requested',
  'Requested erasure',
  'To be forgotten',
  'Must not be contacted',
  'Cannot be contacted',
  'Suppressed',
  'No advertising',
  'Widerrufen am',
  'Widersprochen am',
  'Newsletter abbestellt',
  'Nicht kontaktieren',
  'Bitte nicht anrufen',
  'Löschung beantragt',
  'Désinscrit',
  'Désabonnée le',
  'Ne plus contacter',
  'Retrait du consentement',
  'Opposition marketing',
  'Dado de baja',
  'No llamar',
  'Disiscritto',
  'Disiscritta il',
  'Non contattare',
  'Revoca del consenso',
  'Descadastrado',
  'Não contatar',
  'Afgemeld',
  'Uitgeschreven op',
  'Niet bellen',
  'Avregistrerad',
  'Kontakta ej',
  'Samtycke återkallat',
  'Frameldt',
  'Må ikke kontaktes',
  'Nie kontaktować',
  'Wypisany',
  'Zgoda wycofana',
  'Kein Kontakt',
  'donotsendmm',
  'Blacklist',
  'Sperre',
  'Mailsperre',
  'Gesperrt',
  'Geblokkeerd',
  'Blocked',
  'Email blocked',
  'Exclude from marketing',
  'Opposition au traitement',
  'Refus de prospection',
  'Bloctel',
  'Robinsonliste',
  'Lista Robinson',
  'Baja',
  'Fecha de baja',
  'Derecho de oposición',
  'Uitschrijving',
  'Löschantrag',
  'Spam complaint',
  'Newsletter-Abmeldung',
  'Newsletterabmeldung',
  'Abmeldung',
  'Abmeldung vom Newsletter',
  'Abmeldedatum',
  'Abbestellungen',
  'Austragung Newsletter',
  'Kündigung Newsletter',
  'Newsletter gekündigt am',
  'Désabonnement',
  'Date de désinscription',
  'Résiliation newsletter',
  'Desuscripción',
  'Desuscribirse',
  'Baja newsletter',
  'Baja del boletín',
  'Disiscrizione',
  'Cancellazione newsletter',
  'Descadastramento',
  'Desinscrição',
  'Cancelamento da newsletter',
  'Afmelding',
  'Afmelddatum',
  'Nieuwsbrief opgezegd',
  'Avregistrering',
  'Avanmälan',
  'Avprenumeration',
  'Afmelding nyhedsbrev',
  'Framelding',
  'Wypisanie',
  'Rezygnacja z newslettera',
  'Unsubscription date',
  'Unsubscribing',
];

/** A no refuses. A yes says nothing, because these people may not have agreed to advertising. */
const PERMISSION = [
  'advertising',
  'Marketing',
  'Email marketing',
  'Newsletter',
  'ad_storage',
  'ad_user_data',
  'ad_personalization',
  'Can contact',
  'May be contacted',
  'OK to call',
  'Contactable',
  'Allow emails',
  'Allows marketing',
  'Allow Bulk Emails',
  'Email allowed',
  'Receives newsletter',
  'Wants emails',
  'Subscribed',
  'Is subscribed',
  'is_subscribed',
  'Subscription status',
  'Newsletter subscription',
  'Email Marketing Status',
  'Email status',
  'Email subscriber status',
  'Privacy policy accepted',
  'Darf kontaktiert werden',
  'Werbung erlaubt',
  'Newsletter abonniert',
  'Newsletter gewünscht',
  'Newsletter (yes/no)',
  'Newsletter (yes/no/unknown)',
  'Subscribed (ja/nej)',
  'Abonné',
  'Peut être contacté',
  'Suscrito',
  'Se puede contactar',
  'Iscritto',
  'Può essere contattato',
  'Inscrito',
  'Pode contatar',
  'Aangemeld',
  'Mag worden gebeld',
  'Prenumererar',
  'Tilmeldt',
  'Zapisany',
  'Werbeerlaubnis',
  'Marketing erlaubt',
  'Permission',
  'Permission Status',
  'May we contact you?',
  'I agree to be contacted',
  'Agreed',
  'Accord',
  'Autorisation',
  'Autorización',
  'Akkoord',
  'Consiente',
  'Accepte la prospection',
  'Share data with third parties',
  'Cookies',
  'Cookies accepted',
];

const CONSENT = [
  'Consent',
  'GDPR consent',
  'Marketing consent',
  'gdpr_consent__c',
  'new_gdprconsent',
  'MarketingConsent',
  'Email marketing consent',
  'Opt-in',
  'Opt in',
  'optin',
  'Email opt-in',
  'Newsletter Opt-In',
  'Double opt-in',
  'Opted in',
  'Consent given',
  'Consent given (yes/no)',
  'Consent status',
  'Ad consent',
  'Cookie consent',
  'Consent to marketing emails',
  'I consent to receive emails',
  'Einwilligung',
  'Werbeeinwilligung',
  'DSGVO-Einwilligung',
  'Consentement',
  'Marketing permission',
  'Accepts Marketing',
  'Accepts Email Marketing',
  'Marketing status',
  'Not opted out',
  'ad_consent',
  'Has opted in',
  'Consentimiento',
  'Consenso marketing',
  'Consentement (oui/non/inconnu)',
  'Zgoda (tak/nie)',
  'Consenso (sì/no)',
  'Consentimento',
  'Toestemming',
  'Samtycke',
  'Samtykke',
  'Zgoda marketingowa',
  'Zustimmung',
  'Marketing-Zustimmung',
  'Datenschutz Zustimmung',
  'Data processing consent',
];

/** Names that must not be taken: they are about an answer and don't have it, or about something else. */
const NEITHER = [
  'Gewerbeabmeldung',
  'Abmeldelink',
  'Abmeldegrund',
  'Unsubscription reason',
  'Lien de désabonnement',
  'Motif de désinscription',
  'Motivo de baja',
  'Reden afmelding',
  'Grund der Abmeldung',
  'Kündigung',
  'Cancelled',
  'Annulation',
  'Storno',
  'Opt-in date',
  'Communication preference',
  'Email bounced',
  'Email rejected',
  'Lead rejected',
  'Agreed price',
  'Avg',
  'Subscribed seats',
  'Contactable leads',
  'Ad storage GB',
  'Last newsletter',
  'Widerrufsfrist',
  'Widerrufsbelehrung',
  'Einwilligungsquelle',
  'Days since unsubscribe',
  'Auto-renew opt out',
  'Arbitration opt-out',
  'Beta opt-in',
  'Product: Consent Manager',
  'Blocked by',
  'Data di consenso',
  'Abstimmung',
  'Tax exclusion',
  'Deal declined',
  'Opt-in time',
  'Opted in at',
  'Consent form version',
  'Consent form',
  'Contact owner',
  'Consent date',
  'GDPR consent date',
  'Consent text',
  'Consent source',
  'Consent ID',
  'Consent owner',
  'Unsubscribe link',
  'Unsubscribed reason',
  'Unsubscribed mode',
  'Opt-out reason',
  'Opt-in IP',
  'Opt-in IP address',
  'Number of opt-outs',
  'Date of consent',
  'Reason for unsubscribing',
  'Contact',
  'Contact name',
  'Do not use this column',
  'Notes',
  'Adopt outreach',
  'Option outcome',
  'Options',
  'Stage',
  'Email',
  'Last contacted',
  'Subscribed at',
  'Subscription type',
  'Subscription plan',
  'Marketing campaign',
  'Marketing qualified lead date',
  'Date de consentement',
  'Data del consenso',
  'Zugestimmt am',
  'Object type',
  'Objections',
  'Requested at',
  'Delete',
  'Lead status',
  'Legal basis',
  'Marketing contact status',
  'Phone',
  'Opting',
  'Consent language',
  'Double opt-in timestamp',
  'Email address',
  'Donor',
  'Donation',
  'Contents',
  'Consentino',
  'Presented',
  'Withdrawn',
  'Deal lost reason',
  'Opportunity owner',
  'Dont know',
  'Denied',
  'No. of calls',
  'Not interested reason',
  'Optical outlet',
  'Concept output',
  'Notes on contact',
  'Do not delete',
  'Email opt out source',
];

describe('the name of a column', () => {
  it.each(OPT_OUT)('%j says who refuses', (name) => {
    expect(consentMeaning(name)).toBe('opt_out');
  });

  it.each(CONSENT)('%j says who agreed', (name) => {
    expect(consentMeaning(name)).toBe('consent');
  });

  it.each(PERMISSION)('%j says who may be contacted', (name) => {
    expect(consentMeaning(name)).toBe('permission');
  });

  it.each(NEITHER)('%j says nothing about consent', (name) => {
    expect(consentMeaning(name)).toBeUndefined();
  });

  it('means the same in any case, and with any separators', () => {
    const spellings = (name: string): string[] =>
      [' ', '_', '-', '  '].flatMap((gap) => {
        const spelled = name.replaceAll(' ', gap);
        return [spelled, spelled.toUpperCase(), spelled.toLowerCase()];
      });

    for (const [names, meaning] of [
      [['Email Opt Out', 'Do Not Call', 'Consent withdrawn', 'Unsubscribed from all email'], 'opt_out'],
      [['GDPR consent', 'Marketing consent', 'Email opt in'], 'consent'],
      [['Opt in date', 'Consent form version', 'Contact owner'], undefined],
    ] as const)
      for (const name of names.flatMap(spellings)) expect([name, consentMeaning(name)]).toEqual([name, meaning]);
  });

  it('is read in no time, however long it is', () => {
    const startedAt = performance.now();
    for (const part of ['do not ', 'opt', 'consent', 'has', 'no ', 'email']) consentMeaning(part.repeat(20_000));

    expect(performance.now() - startedAt).toBeLessThan(500);
  });
});

describe('a cell of a column for opting out', () => {
  it.each([
    [['yes', 'TRUE', '1', 'ja', 'Oui', 'x', 'Opted out', 'Unsubscribed', 'Do Not Allow', 'withdrawn', 'granted'], true],
    [['2026-11-28', '28/11/2026', '08/11/2026', '2026-11-28T15:55:00Z'], true],
    [['Disiscritto', 'Unsubscribed on 2026-10-01', 'Afgemeld', 'tak', 'sì', 'Do not contact', 'Widerrufen'], true],
    [['no', 'FALSE', '0', 'nein', 'Non', 'Opted in', 'Subscribed', 'Allow', 'Not Specified', 'nej', 'nie'], false],
    [['N/A', '-', 'maybe', 'denied', 'null', 'Email; SMS', '2', '0000-00-00'], 'unclear'],
  ])('%j means %j', (cells, meaning) => {
    expect(cells.map(hasOptedOut)).toEqual(cells.map(() => meaning));
  });
});

it('an unsubscribed person of Pipedrive refuses, and one without consent is unclear', () => {
  expect(['subscribed', 'unsubscribed', 'no_consent', 'archived'].map(consentIn)).toEqual([
    true,
    false,
    'unclear',
    'unclear',
  ]);
});

it.each([
  [
    ['UNSUBSCRIBED', 'Unsubscribed', 'denied', 'nej', 'nie', 'nee', 'não', 'Not given', 'no, thanks', 'nein danke'],
    false,
  ],
  [['Opted out on 2026-10-01', 'withdrawn by user', 'Consent revoked', 'Do not contact', 'Désinscrit'], false],
  [['nicht erteilt', 'widersprochen', 'refusé', 'rifiutato', 'geweigerd', 'nekad', 'odmowa', 'Abgemeldet'], false],
  [['tak', 'ja', 'sì', 'Yes', 'subscribed', 'Granted'], true],
  [
    ['no answer', 'Not specified', 'no_consent', 'pending', 'cleaned', 'N/A', 'Not revoked', 'no preference'],
    'unclear',
  ],
])('an answer such as %j means %j', (cells, meaning) => {
  expect(cells.map(consentIn)).toEqual(cells.map(() => meaning));
});

async function read(text: string, chosen?: Record<string, string | null>) {
  const reader = new FileReader({ chosen });
  const rows: ImportRow[] = [...(await reader.push(new TextEncoder().encode(text))), ...(await reader.end())];
  return { consent: rows.map(({ consent }) => consent), facts: reader.facts };
}

describe('a row', () => {
  const header = 'Email,Date,Marketing consent,Email Opt Out,Do not call,Opt-out date';

  it.each([
    ['yes,,,', true],
    ['yes,no,no,', true],
    ['no,no,no,', false],
    ['yes,yes,,', false],
    ['yes,no,true,', false],
    ['yes,,,2026-11-01', false],
    [',yes,,', false],
    ['N/A,yes,,', false],
    [',no,no,', 'unclear'],
    ['yes,N/A,,', 'unclear'],
    ['yes,N/A,yes,', false],
  ])('with %j has the consent %j', async (cells, consent) => {
    expect((await read(`${header}\na@firm.de,2026-11-28,${cells}\n`)).consent).toEqual([consent]);
  });

  it('without a column for consent is sent unless the person opted out', async () => {
    const text = 'Email,Date,HasOptedOutOfEmail\na@b.de,2026-11-28,\nc@d.de,2026-11-28,0\ne@f.de,2026-11-28,1\n';

    expect((await read(text)).consent).toEqual([undefined, undefined, false]);
  });

  it.each([
    ['advertising', 'false'],
    ['Can contact', 'no'],
    ['Objected to processing', 'yes'],
    ['Subscription status', 'Unsubscribed'],
    ['Email Marketing Status', 'UNSUBSCRIBED'],
    ['ad_storage', 'denied'],
    ['Subscribed', 'no'],
    ['Allow emails', 'no'],
    ['Erasure requested', 'yes'],
    ['Widerrufen am', '2026-10-01'],
    ['Disiscritto', 'sì'],
    ['Non contattare', 'Sì'],
    ['Afgemeld', 'ja'],
    ['Samtycke', 'nej'],
    ['Zgoda marketingowa', 'nie'],
    ['Newsletter', 'Nein'],
    ['Ne pas contacter', 'oui'],
    ['May be contacted', '0'],
    ['Contact permission', 'not given'],
  ])('whose %s is %s refuses', async (column, cell) => {
    expect((await read(`Email,Date,${column}\na@b.de,2026-11-28,${cell}\n`)).consent).toEqual([false]);
  });

  it.each(['yes', '', '-', 'Active', 'pending', 'cleaned', 'Weekly'])(
    'whose subscription is %j is sent, as if the file had no such column',
    async (cell) => {
      const text = `Email,Date,Subscription status,Newsletter\na@b.de,2026-11-28,${cell},${cell}\n`;
      const { consent, facts } = await read(text);

      expect(consent).toEqual([undefined]);
      expect(facts.columns).toMatchObject({ opt_out: 2 });
      expect(facts.ignored).toEqual([{ place: 3, field: 'opt_out', isSpare: true }]);
    },
  );

  it.each([
    ['GDPR', 'No consent'],
    ['GDPR', 'no_consent'],
    ['DSGVO', 'keine Einwilligung'],
    ['AVG', 'geen toestemming'],
    ['RGPD', 'sin consentimiento'],
    ['Can contact', 'N/A'],
    ['Newsletter', 'Not opted in'],
    ['Newsletter', 'F'],
    ['Newsletter', '0.0'],
    ['Subscription status', 'Cancelled'],
    ['Lead Status', 'No consent'],
    ['Contact Status', 'Widerruf'],
  ])('whose %s is %j is not sent, because that may be a no', async (column, cell) => {
    expect((await read(`Email,Date,${column}\na@b.de,2026-11-28,${cell}\n`)).consent).toEqual(['unclear']);
  });

  it.each([
    ['Lead Status', 'Opt-out'],
    ['Lead Status', 'OPT_OUT'],
    ['Contact Status', 'uitgeschreven'],
    ['Tags', 'VIP; unsubscribed'],
    ['RGPD', 'Refus'],
    ['RGPD', 'Retrait'],
    ['RGPD', 'Rechaza'],
    ['ad_storage', 'denegado'],
    ['Can contact', 'Do Not Allow'],
    ['Can contact', 'prohibited'],
    ['My field', 'opted-out'],
    ['Bulk Email', 'Do Not Allow'],
    ['Newsletter', 'gesperrt'],
    ['Email Marketing', 'Blocked'],
  ])('whose %s is %j refuses', async (column, cell) => {
    expect((await read(`Email,Date,${column}\na@b.de,2026-11-28,${cell}\n`)).consent).toEqual([false]);
  });

  it('is sent if its column has numbers that are no answers', async () => {
    const { consent } = await read('Email,Date,Marketing\na@b.de,2026-11-28,0\nb@b.de,2026-11-28,12.50\n');

    expect(consent).toEqual([undefined, undefined]);
  });

  it.each([
    ['Marketing', 'Spring campaign'],
    ['Newsletter', '2026-11-01'],
    ['Subscription status', 'trialing'],
    ['Lead Status', 'Cancelled order'],
    ['Permission', 'admin'],
    ['Status', 'New'],
  ])('whose %s is %j is sent', async (column, cell) => {
    expect((await read(`Email,Date,${column}\na@b.de,2026-11-28,${cell}\n`)).consent).toEqual([undefined]);
  });

  it('of a file whose only dates say when people opted out has no time', async () => {
    const { facts } = await read('Email,Opt-out date,Unsubscribed at\na@b.de,2026-11-28,2026-11-28\n');

    expect(facts.columns).toEqual({ email: 0, opt_out: 1 });
    expect(facts.ignored).toEqual([{ place: 2, field: 'opt_out', isSpare: true }]);
  });

  it('is read with the columns that a person chose, and the others are named as not read', async () => {
    const text = `${header}\na@firm.de,2026-11-28,no,no,yes,2026-11-01\n`;
    const chosen = await read(text, { consent: null, opt_out: 'Email Opt Out' });

    expect(chosen.consent).toEqual([undefined]);
    expect(chosen.facts.columns).toEqual({ email: 0, time: 1, opt_out: 3 });
    expect(chosen.facts.ignored).toEqual([
      { place: 2, field: 'consent', isSpare: false },
      { place: 4, field: 'opt_out', isSpare: false },
      { place: 5, field: 'opt_out', isSpare: false },
    ]);
  });
});
