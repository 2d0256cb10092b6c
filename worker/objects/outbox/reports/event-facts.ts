import * as v from 'valibot';

import { fitsBudget, utf8Bytes } from '../../../domain/collect/storage-budget.ts';
import type { KeptBytes } from '../../../domain/collect/storage-budget.ts';
import type { TriggerTrace } from '../../../domain/rules/ask-triggers.ts';
import { SeenValues } from '../../../schema/events/trigger-view.ts';
import type { KnownEvent } from '../delivery.ts';
import type { ConsentReference } from './consents.ts';

/** What `facts` of the table `events` has, beside what was said about consent. Rows of older releases say it at length. */
const StoredFacts = v.object({
  /** A letter for each thing that is so: see `LETTERS`. */
  has: v.optional(v.string(), ''),
  click_id: v.optional(v.boolean(), false),
  email: v.optional(v.boolean(), false),
  names: v.optional(v.boolean(), false),
  first_party: v.optional(v.nullable(v.boolean()), null),
  /** By the object that they are in, with spaces between: `{"properties": "value plan"}`. */
  fields: v.optional(v.union([v.array(v.string()), v.record(v.string(), v.string())]), []),
  lint: v.optional(v.array(v.string()), []),
});

const StoredTriggers = v.object({
  triggers: v.optional(
    v.record(v.string(), v.object({ set: v.string(), mappings: v.string(), seen: v.exactOptional(SeenValues) })),
    {},
  ),
});

const LETTERS = { clickId: 'c', email: 'e', names: 'n', firstParty: 'f', thirdParty: 't', server: 's' } as const;

/** In SQL, over the table `events`: whether it came with a server key. */
export const IS_FROM_SERVER = `instr(ifnull(events.facts ->> '$.has', ''), '${LETTERS.server}') > 0`;

export type EventFacts = {
  click_id: boolean;
  email: boolean;
  names: boolean;
  first_party: boolean | null;
  fields: string[];
  lint: string[];
};

/** Reads what is kept of an event, of this release or an older one. */
export function readFacts(text: string): EventFacts {
  const { has, fields, lint, ...facts } = v.parse(StoredFacts, JSON.parse(text));
  const hasLetter = (letter: string): boolean => has.includes(letter);
  return {
    click_id: facts.click_id || hasLetter(LETTERS.clickId),
    email: facts.email || hasLetter(LETTERS.email),
    names: facts.names || hasLetter(LETTERS.names),
    first_party: hasLetter(LETTERS.firstParty) ? true : hasLetter(LETTERS.thirdParty) ? false : facts.first_party,
    fields: Array.isArray(fields) ? fields : pathsOf(fields),
    lint,
  };
}

/** Reads what triggers made of an event, by integration. */
export function readTriggers(text: string): Record<string, TriggerTrace> {
  return v.parse(StoredTriggers, JSON.parse(text)).triggers;
}

/** The same facts, of an event whose person has said who they are since. */
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
 * Writes down what is kept of an event, within its budget: what does not fit is left out, what triggers saw first, then the
 * names of fields, then what triggers made of it.
 */
export function writeFacts(receipt: KnownEvent, reference: ConsentReference, bytes: KeptBytes): string {
  const must = { ...lettersOf(receipt), ...reference };
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

function lettersOf({ hasClickId, hasEmail, hasNames, isFirstParty, isFromServer }: KnownEvent): { has?: string } {
  const has = [
    hasClickId ? LETTERS.clickId : '',
    hasEmail ? LETTERS.email : '',
    hasNames ? LETTERS.names : '',
    isFirstParty === undefined ? '' : isFirstParty ? LETTERS.firstParty : LETTERS.thirdParty,
    isFromServer === true ? LETTERS.server : '',
  ].join('');
  return has === '' ? {} : { has };
}

/** The name of a field has no space and no dot in it: see `fieldPaths`. */
function groupsOf(paths: readonly string[]): Record<string, string> {
  const groups = Map.groupBy(paths, (path) => path.slice(0, path.lastIndexOf('.')));
  return Object.fromEntries(
    [...groups].map(([at, same]) => [at, same.map((path) => path.slice(at.length + 1)).join(' ')]),
  );
}

function pathsOf(groups: Readonly<Record<string, string>>): string[] {
  return Object.entries(groups).flatMap(([at, names]) => names.split(' ').map((name) => `${at}.${name}`));
}
