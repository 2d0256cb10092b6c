/**
 * What the names of columns say about consent, in plain small letters (`columnWords`). Several languages are in one
 * pattern: English, German, French, Spanish, Italian, Portuguese, Dutch, Swedish, Danish and Norwegian, Polish.
 */

/** What a person may or may not be: Dynamics has `donotbulkemail`, Salesforce `DoNotCall`. */
const CONTACTED =
  'contact|communicat|call|phone|telephone|fax|e?mail|sms|text|message|market|advertis|solicit|track|profil|process|sell|share|target|disturb|post|letter|newsletter';

const REFUSES =
  'refus\\w*|reject(?:s|ed)|declin(?:es|ed)|rechaza\\w*|rifiut\\w*|recusa\\w*|weiger\\w*|abgelehnt|verboten|oppos\\w*|reservert';
const ADVERTISING =
  'market\\w*|advertis\\w*|ads|tracking|cookies?|werb\\w*|demarchage|publicite|publicidad|pubblicita|publicidade|reclame|reklam\\w*|newsletter|communications?|prospection|traitement|tratamiento|trattamento|tratamento';

/**
 * Unsubscribing, as a noun, a verb or a participle. `Abmeldung` alone counts, but not `Gewerbeabmeldung`, `Abmeldelink` or
 * `Abmeldegrund`.
 */
const UNSUBSCRIBES =
  '\\b(?:unsubscri\\w+|(?:newsletter|e?mail|mailing|werbe|verteiler)?(?:abmeld(?:ung(?:en|sdatum)?|en|edatum|estatus|ewunsch|ezeitpunkt)|abgemeldet|abbestell(?:t|en|ung(?:en)?)|austragung|ausgetragen)|desabonn\\w+|desinscri\\w+|desuscri\\w+|disiscri\\w+|descadastr\\w+|dad[oa]s? de baja|(?:afmeld|uitschrij?v|avmeld|avanmal|avregistrer|avprenumer|frameld)\\w*|afgemeld|uitgeschreven|wypisan\\w+|(?:cancel\\w*|baja|annul\\w*|resilia\\w*|storno|rezygnacja|opsagt|uppsagd|opgezegd|gekundigt|kundigung) (?:\\w+ )?(?:newsletters?\\w*|mailing\\w*|boletin|infolettre|nieuwsbrief|nyhetsbrev|nyhedsbrev|emails?|correos?)|(?:newsletters?|boletin|infolettre|nieuwsbrief|nyhetsbrev|nyhedsbrev) (?:cancel\\w*|baja|annul\\w*|resilia\\w*|rezygnacja|opsagt|uppsagd|opgezegd|gekundigt|kundigung))\\b';

/**
 * Names that say that a person opted out, unsubscribed, or may not be contacted. They are matched in the words of a name,
 * because `adopt outreach` and `option outcome` are not about opting out.
 *
 * Vendors' names (read 2026-11): Salesforce's documentation has `HasOptedOutOfEmail` (Email Opt Out), `HasOptedOutOfFax`
 * and `DoNotCall`; Microsoft's has `donotemail` (Do not allow Emails). Only code of others shows HubSpot's
 * `hs_email_optout` and `Opted out of email: Marketing Information`, Dynamics' `donotbulkemail` and Zoho's `Email_Opt_Out`.
 */
export const OPT_OUT: readonly RegExp[] = [
  new RegExp(`\\b(?:${REFUSES})\\b.*\\b(?:${ADVERTISING})\\b|\\b(?:${ADVERTISING})\\b.*\\b(?:${REFUSES})\\b`),
  /\bno longer w(?:ishes|ants)\b|\bstop (?:sms|emails?|marketing|contact\w*|calls?)\b/,
  /\bne (?:souhaite|veut|desire) (?:pas|plus)\b|\bdroit d opposition\b|\bno (?:desea|quiere)\b|\bnon (?:desidera|vuole)\b|\bnao (?:deseja|quer)\b|\bwil geen\b|\b(?:wunscht|mochte) kein\w*\b/,
  /\b(?:has|is|email|sms|fax|phone|marketing|newsletter)*opt(?:s|ed|ing)? ?out(?:of\w*)?\b/,
  /\b(?:has|is|email|newsletter)*unsub(?:scribed?)?\b/,
  new RegExp(UNSUBSCRIBES),
  new RegExp(
    `\\b(?:do|does|did|may|must|can|should|shall) ?(?:not|nt|n t|t) ?(?:wish to |want to |be |allow ?|send ?|any |bulk ?|direct ?|marketing ?)*(?:${CONTACTED})`,
  ),
  new RegExp(`\\b(?:cannot|never|not to) (?:be )?(?:${CONTACTED})|\\bnot contactable\\b`),
  /\b(?:dnc|should ?forget|(?:black|block) ?list(?:ed)?|suppressed|do ?not ?send\w*)\b/,
  /\bno (?:marketing|advertising|mailings?|tracking|promotions?)$/,
  /\bobject(?:s|ed|ion|ions)? (?:to|against) \w/,
  /\b(?:forget me|(?:to be|be|was|is) forgotten|forgotten request|(?:gdpr|data|personal data) (?:erasure|deletion|delete|removal))\b/,
  /\b(?:erasure|deletion|removal|forget|delete|erase)(?: (?:data|me|my data))?(?: was| is)? request(?:ed|s)?\b/,
  /\brequest(?:ed|s)? (?:for |of |to )?(?:erasure|deletion|removal|be forgotten|delete|erase)\b/,
  new RegExp(`\\bexclu(?:de|ded|des|sion|ir|re) .*\\b(?:${ADVERTISING})\\b`),
  /\b(?:spam|abuse) (?:complaints?|reports?)\b|\bmarked as spam\b/,
  /^(?:is )?(?:e?mail |contact |person |user )?(?:blocked|gesperrt|geblokkeerd|blockerad|blokeret|blokkert|bloque|bloquead[oa]|bloccat[oa]|zablokowan[ya])$/,
  /^\w*sperre$/,
  /^(?:kein kontakt|geen contact|sin contacto|pas de contact|nessun contatto|sem contato|ingen kontakt|no contact)$/,
  // Public lists of people who don't want advertising.
  /\bbloctel\b|\brobinson ?(?:list\w*)?\b/,
  // German
  /\blosch(?:antrag|anfrage|gesuch|ersuchen|wunsch)\b/,
  /\b(?:(?:werbe|kontakt|mail)(?:sperre|verbot|widerspruch)|reklamsparr\w*|widerruf(?!s?(?:frist|belehrung|recht|formular))\w*|widerspr(?:uch|icht|ochen))\b/,
  /\bnicht (?:\w+ )?(?:kontaktier|anruf|anschreib|mail|bewerb|bewerben|stor|angeschrieb|angeruf)/,
  /\bkeine? (?:werbung|newsletter|emails?|anrufe|kontaktaufnahme|mailings?)\b|\b(?:loschung|vergessen) (?:\w+ )?(?:beantragt|verlangt|angefordert|gewunscht|werden)\b/,
  // French
  /\b(?:ne (?:pas|plus) (?:\w+ )?(?:contacter|appeler|demarcher|solliciter|envoyer|relancer|contactee?)|s oppose|oppose au)\b/,
  /\b(?:retrait (?:du )?consentement|(?:suppression|effacement) (?:des donnees )?demandee?)\b/,
  // Spanish, Italian, Portuguese
  /\b(?:derecho de oposicion|no (?:\w+ )?(?:contactar|llamar|molestar|enviar|escribir)|(?:solicita|solicito|solicitud de) (?:supresion|eliminacion|borrado))\b/,
  /^(?:fecha de )?baja$/,
  /\b(?:non (?:\w+ )?(?:contattar\w*|chiamare|disturbare|inviare|scrivere)|revoca (?:del )?consenso|cancellazione (?:dati )?richiesta)\b/,
  /\b(?:nao (?:\w+ )?(?:contatar|contactar|ligar|enviar|perturbar|incomodar))\b/,
  // Dutch
  /\b(?:niet (?:\w+ )?(?:bellen|mailen|contacteren|benaderen|storen)|bel me niet|geen (?:reclame|marketing|mailings?))\b/,
  // Swedish, Danish and Norwegian
  /\b(?:(?:kontakta|ring|mejla|maila) (?:ej|inte)|(?:ej|inte) (?:kontakt(?:as?)?|ringas?|reklam)|ingen reklam)\b/,
  /\b(?:(?:kontakt|ring) ikke|ikke (?:kontakt(?:es?)?|ringes?|reklame)|ingen reklame)\b/,
  // Polish
  /\b(?:nie (?:kontaktowac|dzwonic|wysylac|pisac)|wycofan\w* zgod\w*|zgod\w* wycofan\w*)\b/,
  /^(?:(?:e )?opposition|oposicion|opposizione|oposicao|bezwaar|sprzeciw|invandning|indsigelse)(?: \w+)?$/,
];

/** Names that say that a person agreed to something. */
export const AGREED: readonly RegExp[] = [
  /\b(?:has|is|gdpr|dsgvo|ad|ads|cookie|email|marketing|newsletter|sms|tracking)*consent(?:s|ed|given|granted|status|withdrawn|revoked)?\b/,
  /\b(?:has|is|email|sms|marketing|newsletter|double)*opt(?:s|ed)? ?in\b/,
  /\b(?:marketing|email|contact|mailing|advertising|call|sms|phone) ?permissions?\b/,
  /\b(?:accepts?|accepted|agree[sd]? to(?: receive)?)(?: email| sms)? ?(?:marketing|advertising)\b/,
  /(?:einwilligung|einverstandnis|zustimmung)/,
  /\b(?:consentement|consentimiento|consenso|consentimento|toestemming|samtycke|samtykke|zgod[ay]|suostumus)\b/,
  // Pipedrive's (from memory): `subscribed`, `unsubscribed`, `no_consent` or `archived`.
  /^(?:person )?marketing ?status$/,
];

/**
 * Names that say whether a person may be contacted, or is subscribed. They don't say that the person agreed to
 * advertising, so only a no counts: who doesn't want the newsletter doesn't want advertising either.
 *
 * Google's consent mode has `ad_storage`, `ad_user_data` and `ad_personalization` with `granted` or `denied`. Mailchimp,
 * Shopify and Wix have statuses such as `unsubscribed` (all from memory, 2026-11).
 */
export const PERMITTED: readonly RegExp[] = [
  /\bad storage\b|\bad user data\b|\b(?:ad )?personali[sz]ation(?: storage)?$|\banalytics storage$/,
  /^(?:\w+ )?(?:advertising|advertisement|ads|marketing|direct marketing|tracking|profiling|(?:re)?targeting|newsletter|mailing list|marketing emails|promotional emails)$/,
  /^(?:werbung|werbe ?mails?|publicite|pubblicita|publicidad|publicidade|reclame|reklame?|reklam|nyhedsbrev|nyhetsbrev|nieuwsbrief|boletin|infolettre|rassegna)$/,
  new RegExp(
    `\\b(?:can|may|ok(?:ay)? to|happy to|willing to|allow(?:s|ed)?(?: us)?(?: to)?|permit(?:s|ted)?(?: to)?|permission to|wants?(?: to)?|wishes to|receives?|accepts?) (?:be |us |receive |send |get |any |bulk |direct |marketing |by |via |from )*(?:${CONTACTED})`,
  ),
  /\b(?:contact(?:ing)?|e?mails?|e?mailing|sms|phone|calls?|calling|marketing|advertising|ads|newsletter|tracking|processing) (?:is |are )?(?:allowed|permitted|ok|okay|enabled|accepted|authori[sz]ed|preference)$/,
  /^(?:\w+ )?permissions?(?: status| granted| given)?$|\b(?:may|can|could) we (?:contact|call|phone|text|e?mail|send|market|reach)/,
  /^(?:i |has |is )?agree[sd]?$|\bagree[sd]? to (?:be |receive |get )?(?:contact|communicat|call|e?mail|sms|market|advertis|process)/,
  /\bshar(?:e|ing) (?:\w+ )?data\b|\bdata sharing\b|\b(?:third part(?:y|ies)|partner) (?:sharing|offers|e?mails|marketing)$/,
  /^(?:\w+ )?cookies?(?: accepted| status| choices?)?$/,
  /^(?:accord|autorisation|autorizacion|autorizzazione|autorizacao|akkoord|consiente|acconsente|consente|autoriza|autorise|godkannande|zezwolenie)(?: \w+)?$/,
  /\b(?:werbe|kontakt|mail|marketing)?erlaubnis\b|\b(?:marketing|tracking|mails?|kontakt) (?:erlaubt|gestattet|zulassig)\b/,
  /\b(?:contactable|emailable|mailable|marketable)\b/,
  /\b(?:is|email|newsletter|sms|has)*subscribed\b|\bsubscri(?:ption|ber) (?:status|state)\b|\b(?:newsletter|email|mailing|marketing|sms) subscri(?:ption|ber)\b/,
  /\b(?:email|sms|newsletter|mailing)(?: marketing)? (?:status|state)$|\bmarketing (?:email|sms) (?:status|state)$/,
  /\b(?:privacy|terms|datenschutz\w*|rgpd|gdpr|dsgvo|avg|lopd)(?: (?:policy|notice|ok|status))?(?: (?:accepted|agreed|akzeptiert|zugestimmt|accepte|aceptad[oa]|accettat[oa]|aceit[oa]|akkoord|zaakceptowan\w*))?$/,
  /\b(?:darf|durfen|kann) .*(?:kontaktier|angeschrieb|angeruf|werb|mail)|\b(?:kontakt\w*|werbung|emails?|newsletter|anrufe?) (?:erlaubt|gestattet|erwunscht|gewunscht|zulassig|abonniert|angemeldet)\b/,
  /\b(?:newsletter ?(?:abo|abonnent|anmeldung|empfang\w*)|abonniert|abonnee?|inscrite? (?:a la )?(?:newsletter|infolettre)|peut etre contactee?|accepte (?:la |les |de )?(?:publicite|emails?|newsletter|demarchage|prospection|recevoir))\b/,
  /\b(?:suscrit[oa]|suscripto|(?:se )?puede (?:contactar|llamar|enviar)|(?:acepta|autoriza|permite) (?:publicidad|emails?|correos?|marketing|comunicaciones))\b/,
  /\b(?:iscritt[oa]|puo essere contattat[oa]|(?:accetta|autorizza) (?:pubblicita|emails?|marketing|comunicazioni))\b/,
  /\b(?:inscrit[oa]|pode (?:contatar|contactar|ligar|receber)|(?:aceita|autoriza|permite) (?:publicidade|emails?|marketing|comunicacoes))\b/,
  /\b(?:ingeschreven|aangemeld|mag (?:\w+ )?(?:gecontacteerd|contact|mailen|gebeld|gemaild|benaderd))\b/,
  /\b(?:prenumererar|prenumerant|far kontaktas|ma kontaktes|abonnerer|tilmeldt|pameldt)\b/,
  /\b(?:zapisan[ya]|subskry\w+|mozna (?:sie )?kontaktowac)\b/,
];

/** With one of these, a name that says `consent` says that there is none. */
export const REFUSED =
  /\b(?:withdr[ae]w\w*|withdrew|revo[ck]\w*|refus\w+|denied|declined|rejected|missing|not|never|without|no(?= (?:\w+ )?(?:consent|opt|permission|toestemming))|consent(?:withdrawn|revoked)|widerrufen|verweigert|entzogen|abgelehnt|keine|retire|revocado|retirado|revocat[oa]|ritirat[oa]|negat[oa]|revogad[oa]|ingetrokken|geweigerd|geen|aterkallat|nekat|inget|tilbagekaldt|trukket|afvist|wycofan\w*|odmow\w*|brak|bez|nicht|pas|niet|ej|inte|ikke|(?<!(?:tak|oui|si|sim) )(?:nie|non|nao))\b/;

/** With one of these, a name that says that a person may be contacted says the opposite. */
export const NEGATED =
  /\b(?<!\b(?:yes|y|oui|si|sim|ja|tak) )(?:no|not|non|nicht|kein\w*|ne|pas|nao|niet|geen|ej|inte|ikke|nie|never|without)\b/;

/** `Not opted out` says the opposite of `Opted out`. */
export const NOT_OPTED_OUT = /\b(?:not|never|hasn t|isn t) (?:yet )?(?:been )?(?:opt(?:ed)? ?out|unsubscribed)\b/;

/** The first or last word of a name that is about an answer, and doesn't have it. */
export const ABOUT =
  /^(?:number|count|no|source|reason|type|version|text|method|link|url|ip) (?:of|for|to)\b|^(?:last(?! opt| unsub)|days since|auto ?renew\w*|arbitration|beta|early access|trial|insurance|warranty|lien|enlace|motif|raison|razon|motivo|reden|grund|orsak|powod)\b|\beinwilligungs?(?:quelle|text|version|datum|id|art|weg|kanal|formular)\b|\b(?:form|version|text|wording|label|source|reason|link|url|page|ip|ip address|id|ids|key|token|count|number|owner|by|method|mode|language|channel|campaign|types?|category|categories|score|notes?|comments?|history|document|template|proof|name|survey|rate|banner|period|seats?|plans?|leads|gb|mb|manager|budget|spend|cost|costs|touches|clicks|grund|quelle|raison|motif|motivo|fuente|fonte|reden|bron|orsak|kalla|powod|zrodlo|typ|tipo)$/;

/** Names that go on to say what the answer is about: `Opted out of email: Customer survey`. */
export const OF_SOMETHING = /\b(?:out of|outof\w*|unsubscribed from|consent(?:s|ed)? (?:to|for))\b/;

/** A name that says when. Who agreed at some time may have changed their mind, but who opted out has opted out. */
export const WHEN =
  /^(?:date|time|timestamp|when|datum|data(?! (?:processing|protection|privacy|sharing|use|usage|collection|storage)\b)|dato|fecha|zeitpunkt)\b|\b(?:date|time|timestamp|at|on|since|until|expiry|expires|expiration|updated|requested|datum|zeitpunkt|fecha|(?<!user |personal )data|dato|am|le|el|op|den|dnia)(?: utc)?$/;

/**
 * A cell that refuses, whatever the column is called, as long as it is about consent. `Not given` refuses, but
 * `no_consent` doesn't: in Pipedrive it means that nobody asked.
 */
export const REFUSING_CELL: readonly RegExp[] = [
  /\b(?:withdrawn|withdrew|revoked|refused|declined|rejected|denied|disallowed|suppressed|prohibited|forbidden|complained|spam complaint|objected|objects)\b|^do not allow$/,
  /\b(?:abgelehnt|widerrufen|widersprochen|verweigert|entzogen|verboten|refus(?:ee?)?|retrait|retiree?|rechaz(?:a|o|ad[oa])|denegad[oa]|revocad[oa]|retirad[oa]|rifiutat[oa]|revocat[oa]|negat[oa]|recusad[oa]|revogad[oa]|geweigerd|ingetrokken|nekad|nekat|aterkallat|afvist|trukket tilbage|wycofan[ayo]|odmowiono|odmowa)\b/,
  /^(?:not|nicht|non|pas|nao|niet|ej|inte|ikke|nie) (?:given|allowed|permitted|agreed|accepted|consented|subscribed|granted|erteilt|zugestimmt|erlaubt|einverstanden|gestattet|accepte|autorise|donne|aceptado|autorizado|acconsentito|autorizzato|accettato|aceito|toegestaan|akkoord|gegeven|godkant|tillatet|tilladt|tillatt|wyrazona|wyrazono)\b/,
  /^(?:no|nein|non|nej|nee|nao|nie|nei) (?:thanks|thank you|danke|merci|gracias|grazie|obrigad[oa]|bedankt|tack|dziekuje|takk?)\b/,
];

/**
 * Answers that refuse even in a column that is about something else, such as `Lead Status`. `Widerrufen` is none, because
 * it may be about an order.
 */
export const REFUSING_STATUS = new RegExp(
  `${UNSUBSCRIBES}|\\bunsub\\b|\\bopt(?:ed)? ?out\\b|\\b(?:do|does|must) not (?:contact|call|e?mail|market)|\\bdnc\\b|\\bnicht (?:kontaktier|anruf)|\\bkeine werbung\\b|\\bne (?:pas|plus) contacter\\b|\\bno contactar\\b|\\bnon contattare\\b|\\bnao contatar\\b|\\bniet (?:bellen|contacteren|benaderen)\\b|\\bnie kontaktowac\\b`,
);

/** `Not revoked` and `never refused` don't refuse. */
export const NOT_REFUSING =
  /\b(?:not|never|nicht|nie|non|no|pas|nao|niet|inte|ikke) (?:yet )?(?:been )?(?:withdrawn|revoked|refused|declined|rejected|denied|suppressed|objected|unsubscribed|opted(?! in)|abgemeldet|abgelehnt|widerrufen|widersprochen|verweigert|entzogen|refusee?|retiree?|revocad[oa]|rifiutat[oa]|revocat[oa]|recusad[oa]|geweigerd|ingetrokken|nekad|aterkallat|wycofan[ayo])\b/;

/** An answer that may mean a no, in words that aren't known for sure: `no consent`, `sin permiso`, `gesperrt`. */
export const SOUNDS_LIKE_NO =
  /\b(?:no|not|non|nein|nicht|kein\w*|geen|niet|sin|sans|senza|sem|pas|nao|ohne|without|never|nie|brak|bez|ingen|inget|inte|ikke|utan|uden|deny|denied|refus\w*|rechaz\w*|rifiut\w*|recus\w*|deneg\w*|negad\w*|retrait|retire\w*|withdr\w*|block\w*|blok\w*|bloqu\w*|blocc\w*|gesperrt|forbid\w*|prohibit\w*|cancel\w*|suppress\w*|declin\w*|reject\w*|oppos\w*|object\w*|revo[ck]\w*|wider\w*|avvis\w*|weiger\w*|verweiger\w*|verbot\w*|abgemeldet|unsub\w*|opt ?out|opted out|out|off|false|stop\w*|f|n)\b|^0+ 0+$/;

/** A cell that can only be an answer about consent, whatever its column is called. */
export const CONSENT_ANSWER =
  /^(?:opt(?:ed)? ?(?:in|out)|(?:do not )?allow|(?:un|not )?subscribed|granted|denied|consented|no consent|consent (?:given|withdrawn|revoked|denied|granted)|do not contact|einwilligung (?:erteilt|widerrufen)|(?:nicht )?(?:abonniert|zugestimmt|eingewilligt))$/;
