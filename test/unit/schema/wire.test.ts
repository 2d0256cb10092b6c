/** One declaration of the data from a tag to the collector: `worker/schema/events/batch.ts`. */
import { is } from 'valibot';
import { describe, expect, it } from 'vitest';

import { COOKIES } from '../../../worker/domain/collect/people/browser-memory.ts';
import { batch } from '../../../worker/domain/collect/read/envelope.ts';
import { BatchEnvelope, CarriedCookies } from '../../../worker/schema/events/batch.ts';
import { openApiDocument } from '../../../worker/schema/openapi/document.ts';

const declared = Object.keys(BatchEnvelope.entries).toSorted();

describe('the data beside the events of a batch', () => {
  it('is read by the collector only where it is declared', () => {
    const read = new Set<string>();
    const body = new Proxy<Record<string, unknown>>(
      { batch: [{ type: 'page' }] },
      {
        get: (target, name) => {
          if (typeof name === 'string') read.add(name);
          return Reflect.get(target, name);
        },
      },
    );

    batch(body);

    // Segment's libraries write consent and integrations into a context too.
    expect([...read].filter((name) => !['batch', 'context', ...declared].includes(name))).toEqual([]);
    expect(declared.filter((name) => !read.has(name))).toEqual(['writeKey']);
  });

  it('is in the OpenAPI document', () => {
    const { components } = Object(openApiDocument());

    expect(Object.keys(components.schemas.Batch.properties).toSorted()).toEqual(['batch', ...declared].toSorted());
  });

  it('is what the tag sends', () => {
    const sent = JSON.stringify({
      writeKey: 'wk_1',
      sentAt: new Date(0),
      consent: { '*': true, source: 'onetrust' },
      cookieDomain: 'example.com',
      carried: { li_fat_id: undefined, _dfid: 'an-id' },
      reset: true,
    });

    expect(is(BatchEnvelope, JSON.parse(sent))).toBe(true);
  });
});

it('the collector writes exactly the cookies that a tag may carry', () => {
  expect(Object.values(COOKIES).toSorted()).toEqual(Object.keys(CarriedCookies.entries).toSorted());
});
