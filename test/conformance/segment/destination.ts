import { createRequire } from 'node:module';

import type LinkedIn from '@segment/action-destinations/dist/destinations/linkedin-conversions';
import type { Action as SegmentsAction } from '@segment/actions-core/destination-kit/action';
import * as v from 'valibot';

import type { Fields } from './segment.ts';

// Loaded as Segment runs them: one copy of the core for both.
const load = createRequire(import.meta.url);
const { Action }: { Action: typeof SegmentsAction } = load('@segment/actions-core/destination-kit/action');
const { default: linkedIn }: { default: typeof LinkedIn } = load(
  '@segment/action-destinations/dist/destinations/linkedin-conversions',
);

const RULE = '1001';

const Options = v.object({ json: v.record(v.string(), v.unknown()) });

/** Returns what Segment's destination would send to LinkedIn for an event; undefined when it refuses the event. */
export async function sentBySegment(event: Fields, fields: Fields): Promise<Fields | undefined> {
  const sent: Fields[] = [];
  const { streamConversion } = linkedIn.actions;
  if (streamConversion === undefined) throw new Error('The destination has no such action');
  const probe = new Action('linkedin', {
    ...streamConversion,
    // Segment's own code, with a request that is never sent.
    perform: (_request, data) =>
      streamConversion.perform(async (_url: string, options: unknown) => {
        sent.push(v.parse(Options, options).json);
        return JSON.parse('{"data":{}}');
      }, data),
  });
  try {
    await probe.execute({
      data: JSON.parse(JSON.stringify(event)),
      mapping: JSON.parse(JSON.stringify({ ...fields, onMappingSave: { outputs: { id: RULE } } })),
      settings: {},
      auth: { accessToken: 'token', refreshToken: 'token' },
    });
  } catch {
    return undefined;
  }
  return sent[0];
}
