/**
 * The texts of the console, and the API's sentences that its pages show, contain words for people and none for
 * programs. Each text with a count has the right form for its number.
 */
import { describe, expect, it } from 'vitest';

import { texts } from '../../../client/console/texts.ts';
import { changes, outcomes as outcomesOfChanges } from '../../../client/console/texts/shared/changes.ts';
import { everywhere } from '../../../client/console/texts/shared/everywhere.ts';
import { inPlainWords, inWordsOfPages } from '../../../client/console/ui/plain-words.ts';
import { warnings } from '../../../worker/domain/delivery/warnings.ts';
import { refusedFindings } from '../../../worker/domain/refusals/refused-findings.ts';
import { judged } from '../../../worker/domain/reports/verdict.ts';
import { CAUSES } from '../../../worker/schema/alerts/causes.ts';
import { LINT_RULES } from '../../../worker/schema/events/lint-rules.ts';
import * as outcomes from '../../../worker/schema/events/outcome.ts';
import { FINDINGS } from '../../../worker/schema/reports/finding.ts';

/** Calls, headers, expressions of the validator, codes and values of programs. */
const FOR_PROGRAMS = [
  /\b(?:GET|POST|PUT|PATCH|DELETE) [/…]/,
  /\/v1\//,
  /\b(?:If-Match|ETag|Authorization|Bearer|Content-Type|Retry-After|Set-Cookie)\b/,
  /\bExpected\b|\bexpected [!<>]|[<>]=? ?\d|!\d/,
  /\b(?:undefined|NaN|null|JSON\.|\[object)\b/,
  /[{}]/,
  /\b[a-z]+_[a-z_]+\b/,
];

/** Words that readers stumbled over. The docs' glossary and the plain words on the pages have better ones. */
const REPLACED =
  /\b(?:mend(?:s|ed)?|whom|dead letters?|robots?|as usual|goes along|what became of|worth most|lately|lanes?|switched o(?:n|ff)|client id|message id|somebody can be recognised)\b/;

/** Names that people meet under exactly these names elsewhere, and examples of what they type. */
const NAMES_OF_THINGS =
  /rw_conversions|r_ads|li_fat_id|is_internal|traits\.\w+|properties\.\w+|order-\{\{[^}]*\}\}|\{ "@case".*\}|\$\.\w+|first_name|sk_…/g;

/** The API's own words for what the pages call a connection and a site. */
const WORDS_OF_API = /\b(?:integrations?|sources?)\b/i;

const NOUNS =
  'event|delivery|conversion|site|day|request|rule|campaign|mapping|time|result|hour|minute|origin|incident|row|token|channel|problem|person|result|condition|file|change|batch|alert';
const PLURALS =
  'events|deliveries|conversions|sites|days|requests|rules|campaigns|mappings|times|results|hours|minutes|origins|incidents|rows|tokens|channels|problems|people|results|conditions|files|changes|batches|alerts';

/** Matches words in the wrong form for their number. The numbers in the texts are 0, 1 and 2. */
const DISAGREES = [
  new RegExp(`\\b1 (?:[a-z-]+ ){0,2}(?:${PLURALS})\\b`),
  new RegExp(`(?<![\\d.,:-])[02] (?:[a-z-]+ ){0,1}(?:${NOUNS})\\b(?! (?:of|or)\\b)`),
  /\b1 (?:[a-z]+ )?(?:are|have|were|wait|need)\b/,
  /(?<![\d.,:-])[02] (?:[a-z]+ )?(?:is|has|was|waits|needs)\b/,
];

/** Every text. Those that take values are called with words, and those that count also with numbers. */
function textsIn(value: unknown, path: string): (readonly [path: string, text: string])[] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') {
    const inWords = called(value, 'x', path);
    // A word is not a number, so it shows as NaN where something is counted.
    const isCounting = inWords.some(([, text]) => text.includes('NaN'));
    return isCounting
      ? [0, 1, 2].flatMap((count) => called(value, count, path))
      : inWords.filter(([, text]) => !text.includes('undefined'));
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, part]) => textsIn(part, `${path}.${name}`));
}

function called(text: Function, value: string | number, path: string): (readonly [path: string, text: string])[] {
  try {
    const read = textsIn(text(...Array.from({ length: 4 }, () => value)), `${path}(${value})`);
    // Leaves out results for a value of another type than the text expects.
    return read.filter(([, one]) => typeof value === 'string' || !/NaN|undefined/.test(one));
  } catch {
    // The text expects an object.
    return [];
  }
}

const ofPages = textsIn(texts, 'texts');
const words = [changes, outcomesOfChanges].flatMap((all) =>
  Object.entries(all).map(([path, text]) => [`changes ${path}`, text] as const),
);

const sentences = [
  ...textsIn(CAUSES, 'CAUSES'),
  ...textsIn(FINDINGS, 'FINDINGS'),
  ...textsIn(outcomes, 'outcomes').filter(([path]) => !path.includes('DELIVERY_STATES')),
].filter(([path]) => !path.endsWith('.severity'));

const site = {
  connections: [],
  held: 0,
  failed: 0,
  received: 5,
  isNew: false,
  delivered: 5,
  refused: 0,
  refusedBefore: 0,
  tokenDaysLeft: null,
  versionDaysLeft: null,
  others: { waiting: 0, skipped: {}, names: new Map<string, number>(), settings: [], isShortLull: false },
};
const hold = {
  enabled: true,
  hasToken: true,
  hold: { reason: 'token_refused', sentence: 'LinkedIn refuses it.' },
  rules: [],
};
const connected = { ...hold, hold: null };
const counted = [0, 1, 2].flatMap((count) => [
  ...[
    { failed: count, connections: [connected] },
    { refused: count },
    { refusedBefore: count, received: 0, connections: [connected] },
    { received: 0, isNew: true, connections: count === 0 ? [] : [connected] },
    { held: count, failed: count, connections: [hold] },
    { tokenDaysLeft: count, connections: [connected] },
    { versionDaysLeft: count, connections: [connected] },
    ...[{ no_mapping: count + 1 }, { no_consent: count + 1, no_identity: count }].flatMap((skipped) =>
      [[], [{ conversion_rule_id: { Lead: '1001' } }]].map((settings) => ({
        delivered: 0,
        connections: [connected],
        others: { ...site.others, skipped, settings, names: new Map([['lead', count]]) },
      })),
    ),
  ].map((over) => ['verdict', judged({ ...site, ...over }).sentence] as const),
  ...warnings({ versionDaysLeft: count, reconnectDaysLeft: count, unconfirmed: count }).map(
    ({ kind, sentence }) => [`warning ${kind}`, sentence] as const,
  ),
]);

describe('the texts of the console', () => {
  it('are many', () => {
    expect(ofPages.length).toBeGreaterThan(1_000);
    expect(sentences.length).toBeGreaterThan(150);
  });

  it.each([
    ['of its pages', ofPages],
    ['of the audit log', words],
    ['of the API that pages show', [...sentences, ...counted]],
  ])('%s have no call, header, expression or code', (_which, all) => {
    const found = all.filter(([path, text]) => {
      if (isForDevelopers(path)) return false;
      const read = inPlainWords(text).replaceAll(NAMES_OF_THINGS, '');
      return FOR_PROGRAMS.some((pattern) => pattern.test(read));
    });

    expect(found).toEqual([]);
  });

  it.each([
    ['of its pages', ofPages],
    ['of the audit log', words],
    ['of the API that pages show', [...sentences, ...counted]],
  ])('%s use none of the words that a better one replaced', (_which, all) => {
    expect(all.filter(([, text]) => REPLACED.test(text))).toEqual([]);
  });

  it('of the API that pages show say connection and site, as the pages do', () => {
    const all = [...sentences, ...counted, ...textsIn(LINT_RULES, 'lint')];

    expect(all.filter(([, text]) => WORDS_OF_API.test(inPlainWords(text)))).toEqual([]);
  });

  it('of the API and the pages call a page’s address a website or a domain, and only a source a site', () => {
    const rows = ['(none)', '(other)', 'null'].map((origin) => ({ origin, requests: 1, events: 1 }) as const);
    const refused = refusedFindings([
      {
        hour: '2026-11-28T16',
        reason: 'origin_not_allowed',
        requests: 3,
        events: 3,
        last_at: '2026-11-28T16:00:00.000Z',
        origins: [],
        by_origin: rows.map((row) => ({ ...row, now: 'cannot_be_allowed' })),
      },
    ]);
    const all = [...ofPages, ...sentences, ...counted, ...textsIn(refused, 'refused')];

    expect(refused[0]?.detail).toContain('origin');
    expect(
      all.filter(([, text]) => /\borigins?\b|\b(?:other|another|different) sites?\b/i.test(inPlainWords(text))),
    ).toEqual([]);
  });

  it('of events need nothing removed: they have no names of settings', () => {
    expect(textsIn(outcomes, 'outcomes').filter(([, text]) => inPlainWords(text) !== text)).toEqual([]);
  });

  it('name one time until a change of settings works everywhere', () => {
    const found = ofPages.filter(([, text]) =>
      /(?:works? everywhere|(?:refused|accepted)(?: everywhere)?) within/.test(text),
    );

    expect(found.length).toBeGreaterThan(5);
    expect(found.filter(([, text]) => !text.includes(everywhere))).toEqual([]);
  });

  it.each([
    ['of its pages', ofPages],
    ['of the API that pages show', counted],
  ])('%s agree with their numbers', (_which, all) => {
    expect(all.filter(([, text]) => DISAGREES.some((pattern) => pattern.test(text)))).toEqual([]);
  });
});

/** Instructions for a developer, whose commands and settings have exactly these names. */
function isForDevelopers(path: string): boolean {
  return path.startsWith('texts.connect.noPublicUrl') || path.startsWith('texts.signIn.');
}

describe('the link beside a state', () => {
  it.each([
    ['broken', 'token_refused', 'Fix'],
    ['broken', 'deliveries_failed', 'See why'],
    ['attention', 'refused_unknown', 'See why'],
    ['quiet', 'no_events', 'See more'],
    ['quiet', 'no_event_yet', 'Open Set-up'],
  ] as const)('of %s with %s is “%s”', (verdict, cause, shown) => {
    expect(texts.home.fixOf(verdict, cause)).toBe(shown);
  });
});

describe('a problem of the API, in the words of the pages', () => {
  it.each([
    [
      'Cannot delete the source: it has integrations. Delete those first.',
      'Cannot delete the site: it has connections. Delete those first.',
    ],
    ['Expected an integration of the source', 'Expected a connection of the site'],
    ['No integration has this ID', 'No connection has this ID'],
    ['Integrations of a source', 'Connections of a site'],
    ["The integration's source has been deleted", "The connection's site has been deleted"],
  ])('%s', (problem, shown) => {
    expect(inWordsOfPages(problem)).toBe(shown);
  });

  it.each([
    'expected an integration key of PagerDuty',
    'LinkedIn says “Unknown source integration”',
    'Cannot use "source": it is the name of a mapping',
    'Cannot use /integration_id: expected source_id',
    'resources and disintegration',
  ])('keeps names, quotations and codes: %s', (problem) => {
    expect(inWordsOfPages(problem)).toBe(problem);
  });
});
