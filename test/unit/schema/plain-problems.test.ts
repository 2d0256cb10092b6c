/** Schema errors are in plain English for any input, never in the validator's words. */
import fc from 'fast-check';
import * as v from 'valibot';
import { expect, it } from 'vitest';

import { AlertChannelCreate, AlertChannelPatch } from '../../../worker/schema/alerts/alert-channel.ts';
import { Event } from '../../../worker/schema/events/event.ts';
import { fieldProblems } from '../../../worker/schema/field-problems.ts';
import { ImportStart } from '../../../worker/schema/imports/import-options.ts';
import { EraseRequest } from '../../../worker/schema/reports/erase.ts';
import { ReplayRequest } from '../../../worker/schema/reports/replay.ts';
import { AccessTokenCreate } from '../../../worker/schema/settings/access-token.ts';
import { HookCreate, HookPatch } from '../../../worker/schema/settings/hook.ts';
import { IntegrationCreate, IntegrationPatch } from '../../../worker/schema/settings/integration-schema.ts';
import {
  CampaignsToAdd,
  ConversionRuleCreate,
  ConversionRulePatch,
} from '../../../worker/schema/settings/linkedin-objects.ts';
import { MappingInput, MappingPatch } from '../../../worker/schema/settings/mapping.ts';
import { SourceCreate, SourcePatch } from '../../../worker/schema/settings/source-schema.ts';

/** The body of every operation that has one. */
const BODIES: Readonly<Record<string, v.GenericSchema>> = {
  AccessTokenCreate,
  AlertChannelCreate,
  AlertChannelPatch,
  CampaignsToAdd,
  ConversionRuleCreate,
  ConversionRulePatch,
  EraseRequest,
  Event,
  HookCreate,
  HookPatch,
  ImportStart,
  IntegrationCreate,
  IntegrationPatch,
  MappingInput,
  MappingPatch,
  ReplayRequest,
  SourceCreate,
  SourcePatch,
};

/** Names of types and operators, and messages from valibot or JavaScript. */
const JARGON =
  /\b(?:string|Array|Object|boolean|undefined|NaN|null\b.*but received|Invalid|received|strict|picklist|regex|RegExp|isoTimestamp)\b|[<>]=?\s?\d|!\d|\^|\\|\(".*\|/;

const LIMITS = [0, -1, 1.5, 1e12, '', ' ', 'x', 'x'.repeat(300), 'x'.repeat(5_000), true, null, [], {}, [null], ['']];
const wrong = fc.oneof(
  fc.constantFrom<unknown>(
    ...LIMITS,
    Array.from({ length: 2_000 }, () => 'x'),
    { x: 1 },
    [{}],
    [7],
  ),
  fc.jsonValue({ maxDepth: 2 }),
);

/** An object with a schema's fields, each wrong in some way, and an extra one. */
function wrongBody(schema: object): fc.Arbitrary<unknown> {
  const entries: object =
    'entries' in schema && typeof schema.entries === 'object' && schema.entries !== null ? schema.entries : {};
  const inner: object = 'pipe' in schema && Array.isArray(schema.pipe) ? schema.pipe[0] : entries;
  const fields = Object.entries(
    'entries' in inner && typeof inner.entries === 'object' ? (inner.entries ?? {}) : inner,
  );
  return fc.record(
    Object.fromEntries(
      [...fields, ['unknown_field', {}] as const].map(([name, part]) => [
        name,
        fc.oneof(
          wrong,
          typeof part === 'object' &&
            part !== null &&
            'wrapped' in part &&
            typeof part.wrapped === 'object' &&
            part.wrapped !== null &&
            'entries' in part.wrapped
            ? wrongBody(part.wrapped)
            : wrong,
        ),
      ]),
    ),
    { requiredKeys: [] },
  );
}

it.each(Object.entries(BODIES))('%s reports errors in plain English', (_, schema) => {
  let seen = 0;
  fc.assert(
    fc.property(fc.oneof(wrongBody(schema), wrong), (body) => {
      const { issues = [] } = v.safeParse(schema, body);
      for (const { detail } of fieldProblems(issues)) {
        seen += 1;
        // Quoted text is an example or a list of choices.
        expect(detail.replaceAll(/"[^"]*"/g, '')).not.toMatch(JARGON);
        expect(detail).toMatch(/^(expected|is |remove|put|enter|to allow|".*" |'|name |other |anybody|an )/);
      }
    }),
    { numRuns: 400 },
  );
  expect(seen).toBeGreaterThan(50);
});
