import type { ImportField } from '../../../schema/imports/import-field.ts';
import type { Aside, ColumnName, CrmObject } from './column-name.ts';

/** The fields whose columns are found by a list of names. */
export type NamedField = Exclude<ImportField, 'consent' | 'opt_out'>;

/**
 * The CRM's own ID of a person. It is not the site's `userId`: both may count 1, 2, 3, and then one person would get the
 * e-mail address, or the refusal, of another. So it is used only if a person says that it is the same.
 */
const CRM_PERSON =
  /^(?:(?:contact|person|lead|customer|client|kunden?|kontakt)?(?:recordid|id|no|number|nr|nummer)|recordid(?:contact|person))$/;

/** Returns the columns that may have the site's ID of the person. */
export function maybeUserIds(names: readonly ColumnName[]): number[] {
  return names.flatMap(({ whole, own, object }, at) =>
    CRM_PERSON.test(object === 'person' || object === undefined ? own : whole) && whole !== 'leadid' ? [at] : [],
  );
}

/** When something was made in the CRM. It is the time of a conversion only if the file has no other date. */
export const CREATED: readonly string[] = [
  'created',
  'createddate',
  'createdate',
  'createdat',
  'createdon',
  'createdtime',
  'dealcreated',
  'personcreated',
  'leadcreationtime',
  'submittedat',
  'submittedon',
  'submissiondate',
  'erstelltam',
  'erstelldatum',
  'datedecreation',
  'fechadecreacion',
];

/**
 * The names of columns, in lower case and without separators. The names in LinkedIn's own template come first, then
 * those in HubSpot, Salesforce, Pipedrive, Dynamics, Zoho, Zapier and spreadsheets, also in other languages.
 *
 * https://www.linkedin.com/help/lms/answer/a530615 (read 2026-11)
 */
const NAMES: Readonly<Record<NamedField, readonly string[]>> = {
  email: [
    'email',
    'emailaddress',
    'workemail',
    'businessemail',
    'contactemail',
    'personemail',
    'leademail',
    'emailsha256',
    'sha256email',
    'hashedemail',
    'emailhash',
    'mail',
    'correo',
    'correoelectronico',
    'courriel',
    'emailadresse',
  ],
  first_name: ['firstname', 'givenname', 'fname', 'vorname', 'prenom', 'nombre', 'contactfirstname'],
  last_name: [
    'lastname',
    'surname',
    'familyname',
    'lname',
    'nachname',
    'nom',
    'apellido',
    'apellidos',
    'contactlastname',
  ],
  company: [
    'employeecompany',
    'company',
    'companyname',
    'account',
    'accountname',
    'organization',
    'organisation',
    'organizationname',
    'employer',
    'firma',
    'unternehmen',
    'entreprise',
    'empresa',
  ],
  title: ['title', 'jobtitle', 'position', 'jobposition', 'funktion', 'poste', 'cargo'],
  country: ['country', 'countrycode', 'countryregion', 'mailingcountry', 'billingcountry', 'land', 'pays', 'pais'],
  time: [
    'timestamp',
    'conversiontime',
    'conversiondate',
    'conversionhappenedat',
    'conversiondatetime',
    'happenedat',
    'occurredat',
    'occurredon',
    'eventtime',
    'eventdate',
    'wontime',
    'wondate',
    'wonon',
    'wonat',
    'datewon',
    'dealwontime',
    'closedwondate',
    'gewonnenam',
    'gagnele',
    'ganadoel',
    'actualclosedate',
    'actualclosingdate',
    'tatsachlichesabschlussdatum',
    'closedate',
    'closeddate',
    'closingdate',
    'closedon',
    'closedat',
    'closedtime',
    'dealclosedate',
    'dealclosedon',
    'abschlussdatum',
    'abgeschlossenam',
    'datedecloture',
    'fechadecierre',
    'datadichiusura',
    'datadefechamento',
    'sluitingsdatum',
    'avslutsdatum',
    'datazamkniecia',
    'purchasedate',
    'orderdate',
    'transactiondate',
    'converteddate',
    'convertedat',
    'stagechangedate',
    'becameamarketingqualifiedleaddate',
    'becameasalesqualifiedleaddate',
    'date',
    'time',
    'datetime',
    'dateandtime',
    'datumuhrzeit',
    'datum',
    'zeitpunkt',
    'fecha',
  ],
  event: ['eventtype', 'event', 'eventname', 'conversionname', 'conversion', 'conversiontype', 'ereignis'],
  value: [
    'amount',
    'value',
    'conversionvalue',
    'dealamount',
    'dealvalue',
    'opportunityamount',
    'actualrevenue',
    'revenue',
    'total',
    'totalamount',
    'betrag',
    'wert',
    'umsatz',
    'montant',
    'importe',
    'valor',
    'importo',
    'valore',
    'bedrag',
    'waarde',
    'belopp',
    'varde',
    'belob',
    'kwota',
    'wartosc',
    'amountconverted',
  ],
  currency: [
    'currency',
    'currencycode',
    'dealcurrency',
    'currencyisocode',
    'conversioncurrency',
    'wahrung',
    'devise',
    'moneda',
    'valuta',
    'moeda',
    'waluta',
  ],
  click_id: ['lifatid', 'clickid', 'linkedinclickid', 'linkedinfirstpartyid'],
  lead_id: [
    'linkedinleadid',
    'leadgenresponseid',
    'leadgenformresponseid',
    'leadgenformresponse',
    'leadformresponseid',
    'linkedinleadurn',
  ],
  event_id: [
    'eventid',
    'orderid',
    'transactionid',
    'messageid',
    'conversionid',
    'ordernumber',
    'orderno',
    'ordernr',
    'bestellnummer',
    'auftragsnummer',
    'numerodecommande',
    'numerodepedido',
    'numeroordine',
    'ordernummer',
    'invoicenumber',
    'invoiceno',
    'invoiceid',
    'rechnungsnummer',
    'rechnungsnr',
    'numerodefacture',
    'numerodefactura',
    'factuurnummer',
    'contractnumber',
    'contractno',
    'vertragsnummer',
  ],
  user_id: ['userid', 'externalid', 'externaluserid'],
  anonymous_id: ['dfid', 'anonymousid'],
  stage: [
    'stage',
    'stagename',
    'dealstage',
    'lifecyclestage',
    'leadstatus',
    'pipelinestage',
    'opportunitystage',
    'phase',
  ],
  deal_id: [
    'dealid',
    'opportunityid',
    'dealrecordid',
    'recordiddeal',
    'potentialid',
    'donotmodifyopportunity',
    'donotmodifydeal',
  ],
  probability: ['probability', 'dealprobability', 'probabilitypercent', 'winprobability'],
  // A person becomes a lead soon after the click.
  click_time: ['clicktime', 'clickdate', 'clickedat', 'leadcreateddate', 'leaddate', ...CREATED],
};

const OF_PERSON: readonly CrmObject[] = ['person', 'lead'];
const OF_DEAL: readonly CrmObject[] = ['deal', 'lead'];

/** Whose column a field may be: `Deal - Title` is not the person's job, and `Organization - Email` is nobody's own. */
const OBJECTS_OF: Readonly<Record<NamedField, readonly CrmObject[]>> = {
  email: [...OF_PERSON, 'deal'],
  first_name: OF_PERSON,
  last_name: OF_PERSON,
  company: [...OF_PERSON, 'deal'],
  title: ['person'],
  country: [...OF_PERSON, 'company'],
  time: OF_DEAL,
  event: OF_DEAL,
  value: OF_DEAL,
  currency: OF_DEAL,
  click_id: [...OF_PERSON, 'deal'],
  lead_id: [...OF_PERSON, 'deal'],
  event_id: OF_DEAL,
  user_id: OF_PERSON,
  anonymous_id: OF_PERSON,
  stage: OF_DEAL,
  deal_id: OF_DEAL,
  probability: OF_DEAL,
  click_time: [...OF_PERSON, 'deal'],
};

/** What may stand beside the name of a field's column without changing its meaning. */
const ASIDES_OF: Readonly<Partial<Record<NamedField, readonly Aside['kind'][]>>> = {
  value: ['currency', 'currency_unclear', 'cents'],
  time: ['zone', 'zone_unknown', 'date_form'],
  click_time: ['zone', 'zone_unknown', 'date_form'],
};

/**
 * Returns the columns that have one of a field's names: the most usual name first, and the whole name before a part of
 * one.
 */
export function placesCalled(field: NamedField, names: readonly ColumnName[]): number[] {
  const forms = names.map((name) => formsOf(field, name));
  const found = NAMES[field].flatMap((known) =>
    [0, 1, 2, 3].flatMap((form) => forms.flatMap((own, at) => (own[form] === known ? [at] : []))),
  );
  return [...new Set(found)];
}

function formsOf(field: NamedField, { whole, object, own, asides, bare }: ColumnName): (string | undefined)[] {
  const isOfField = object !== undefined && OBJECTS_OF[field].includes(object);
  const isSame = asides.length > 0 && asides.every(({ kind }) => ASIDES_OF[field]?.includes(kind) === true);
  return [
    whole,
    isOfField ? own : undefined,
    isSame ? bare.whole : undefined,
    isOfField && isSame ? bare.own : undefined,
  ];
}
