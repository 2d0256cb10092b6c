import * as v from 'valibot';

import { fitsBudget, utf8Bytes } from '../../domain/collect/storage-budget.ts';
import type { KeptBytes } from '../../domain/collect/storage-budget.ts';
import type { TalliedEvent } from '../../domain/collect/tallied-event.ts';
import type { ConsentReference } from './consents.ts';

/** The contents of `facts` in the table `events`, apart from consent. Rows of older releases are more verbose. */
const StoredFacts = v.object({
  /** One letter for each fact that is true; see `LETTERS`. */
  has: v.optional(v.string(), ''),
  click_id: v.optional(v.boolean(), false),
  email: v.optional(v.boolean(), false),
  names: v.optional(v.boolean(), false),
  first_party: v.optional(v.nullable(v.boolean()), null),
  /** By the object that contains them, separated by spaces: `{"properties": "value plan"}`. */
  fields: v.optional(v.union([v.array(v.string()), v.record(v.string(), v.string())]), []),
  lint: v.optional(v.array(v.string()), []),
});

const LETTERS = { clickId: 'c', email: 'e', names: 'n', firstParty: 'f', thirdParty: 't', server: 's' } as const;

/** SQL over the table `events`: whether the event came with a server key. */
export const IS_FROM_SERVER = `instr(ifnull(events.facts ->> '$.has', ''), '${LETTERS.server}') > 0`;

/** SQL over the table `events`: the ID of the import that the event came with, or null. */
export const ITS_IMPORT = `events.facts ->> '$.import'`;

export type EventFacts = {
  click_id: boolean;
  email: boolean;
  names: boolean;
  first_party: boolean | null;
  from_server: boolean;
  fields: string[];
  lint: string[];
};

/** The part of an event that its facts are made of. */
type Described = Omit<TalliedEvent, 'messageId' | 'type' | 'name' | 'skipReason' | 'consent' | 'consentAsked'>;

/** Reads the facts of an event, written by this release or an older one. */
export function readFacts(text: string): EventFacts {
  const { has, fields, lint, ...facts } = v.parse(StoredFacts, JSON.parse(text));
  const hasLetter = (letter: string): boolean => has.includes(letter);
  return {
    click_id: facts.click_id || hasLetter(LETTERS.clickId),
    email: facts.email || hasLetter(LETTERS.email),
    names: facts.names || hasLetter(LETTERS.names),
    first_party: hasLetter(LETTERS.firstParty) ? true : hasLetter(LETTERS.thirdParty) ? false : facts.first_party,
    from_server: hasLetter(LETTERS.server),
    fields: Array.isArray(fields) ? fields : pathsOf(fields),
    lint,
  };
}

/** Returns the same facts for an event whose person was identified later. */
export function identifiedFacts(
  text: string,
  { hasEmail, hasNames }: { hasEmail: boolean; hasNames: boolean },
): string {
  const facts: { has?: string } = JSON.parse(text);
  const known = readFacts(text);
  const added = [hasEmail && !known.email ? LETTERS.email : '', hasNames && !known.names ? LETTERS.names : ''].join('');
  return added === '' ? text : JSON.stringify({ ...facts, has: `${facts.has ?? ''}${added}` });
}

/**
 * Writes the facts of an event within a budget. If they do not fit, it first leaves out the values that triggers read,
 * then the names of fields, then the results of triggers.
 */
export function writeFacts(receipt: Described, reference: Partial<ConsentReference>, bytes: KeptBytes): string {
  const must = {
    ...lettersOf(receipt),
    ...(receipt.order !== undefined && { order: receipt.order }),
    ...(receipt.importId !== undefined && { import: receipt.importId }),
    ...reference,
  };
  const all = JSON.stringify({ ...must, ...optionalFacts(receipt) });
  // True for almost every event.
  if (fitsBudget(utf8Bytes(all), bytes)) return all;
  const isKept = (facts: object): boolean => fitsBudget(utf8Bytes(JSON.stringify(facts)), bytes);
  const traces = Object.entries(receipt.triggers);
  const withoutSeen = Object.fromEntries(traces.map(([id, { set, mappings }]) => [id, { set, mappings }]));
  let facts: object = must;
  const add = (more: object): void => {
    if (isKept({ ...facts, ...more })) facts = { ...facts, ...more };
  };
  if (receipt.lint.length > 0) add({ lint: receipt.lint });
  if (traces.length > 0) add({ triggers: withoutSeen });
  if (receipt.fields.length > 0) {
    const { fields } = receipt;
    const fitting = [fields.length, fields.length >> 1, fields.length >> 2].find((count) =>
      isKept({ ...facts, fields: groupsOf(fields.slice(0, count)) }),
    );
    if (fitting !== undefined && fitting > 0) facts = { ...facts, fields: groupsOf(fields.slice(0, fitting)) };
  }
  if (Object.hasOwn(facts, 'triggers')) add({ triggers: receipt.triggers });
  return JSON.stringify(facts);
}

function optionalFacts({ lint, triggers, fields }: Described): object {
  return {
    ...(lint.length > 0 && { lint }),
    ...(Object.keys(triggers).length > 0 && { triggers }),
    ...(fields.length > 0 && { fields: groupsOf(fields) }),
  };
}

function lettersOf({ hasClickId, hasEmail, hasNames, isFirstParty, isFromServer }: Described): { has?: string } {
  const has = [
    hasClickId ? LETTERS.clickId : '',
    hasEmail ? LETTERS.email : '',
    hasNames ? LETTERS.names : '',
    isFirstParty === undefined ? '' : isFirstParty ? LETTERS.firstParty : LETTERS.thirdParty,
    isFromServer === true ? LETTERS.server : '',
  ].join('');
  return has === '' ? {} : { has };
}

/** Groups field names by their object. A name contains no space and no dot; see `fieldPaths`. */
function groupsOf(paths: readonly string[]): Record<string, string> {
  const groups = Map.groupBy(paths, (path) => path.slice(0, path.lastIndexOf('.')));
  return Object.fromEntries(
    [...groups].map(([at, same]) => [at, same.map((path) => path.slice(at.length + 1)).join(' ')]),
  );
}

function pathsOf(groups: Readonly<Record<string, string>>): string[] {
  return Object.entries(groups).flatMap(([at, names]) => names.split(' ').map((name) => `${at}.${name}`));
}
