/**
 * T5: lists are limited in bytes. Rows from older releases may have 469 KB of consent each. Q8: so are calls that store
 * events.
 */
import { createExecutionContext, runInDurableObject } from 'cloudflare:test';
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';

import worker from '../../../worker/index.ts';
import type { EventView } from '../../../worker/schema/events/event-view.ts';
import { admin, ADMIN_TOKEN, anIntegrationOf, aRequest, ask, aServerKey, aSource } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';
import { noLinkedIn } from '../support/linkedin.ts';

beforeEach(noLinkedIn);

const ROWS = 110;

/** Rows as an older release stored them, each with the whole consent. */
async function withOldRows(source: MadeSource): Promise<void> {
  const said = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`${'x'.repeat(850)}${index}`, true]));
  const facts = JSON.stringify({
    click_id: false,
    email: true,
    names: false,
    first_party: true,
    fields: ['properties.total'],
    consent: { categories: said, policy: 'by_region' },
    consent_asked: {},
    triggers: {},
  });
  expect(facts.length).toBeGreaterThan(340_000);
  await runInDurableObject(env.OUTBOX.getByName(source.id), (_, { storage }) => {
    for (let index = 0; index < ROWS; index += 1)
      storage.sql.exec(
        `INSERT INTO events (message_id, type, name, happened_at_ms, received_at_ms, facts, skip_reason, deliveries)
         VALUES (?, 'track', 'Old', ?, ?, ?, 'no_mapping', '[]')`,
        `old-${index}`,
        Date.now(),
        Date.now(),
        facts,
      );
  });
}

describe('the 110 events of a source, 340 KB each,', () => {
  it('are all listed, in as many pages as needed', async () => {
    const source = await aSource();
    await withOldRows(source);
    const listed: string[] = [];
    let cursor: string | null = '';
    for (let pages = 0; cursor !== null && pages < ROWS; pages += 1) {
      const response = await admin(`/sources/${source.id}/events?limit=100${cursor === '' ? '' : `&cursor=${cursor}`}`);
      expect(response.status).toBe(200);
      const page: { data: EventView[]; next_cursor: string | null } = await response.json();
      listed.push(...page.data.map(({ message_id: id }) => id));
      cursor = page.next_cursor;
    }

    expect(new Set(listed).size).toBe(ROWS);
    expect(listed).toHaveLength(ROWS);
  });

  it('are all shown in the live stream', async () => {
    const source = await aSource();
    await withOldRows(source);

    const request = new Request<unknown, IncomingRequestCfProperties>(
      aRequest(`/v1/admin/sources/${source.id}/live`, { headers: { Authorization: `Bearer ${ADMIN_TOKEN}` } }),
    );
    const response = await worker.fetch(request, env, createExecutionContext());
    const reader = response.body?.getReader();
    const { value } = (await reader?.read()) ?? {};
    await reader?.cancel();

    expect(new TextDecoder().decode(value)).toContain('event: event');
  });

  it('are all checked again, as many per call as fit', async () => {
    const source = await aSource();
    await withOldRows(source);
    const outbox = env.OUTBOX.getByName(source.id);
    const seqs = Array.from({ length: ROWS }, (_, index) => index + 1);

    const first = await outbox.eventsAt(seqs);
    const rest = await outbox.eventsAt(seqs.filter((seq) => seq > (first.at(-1)?.seq ?? 0)));

    expect(first.length).toBeGreaterThan(1);
    expect(first.length).toBeLessThan(ROWS);
    expect(rest[0]?.seq).toBe((first.at(-1)?.seq ?? 0) + 1);
  });
});

describe('a request with many events and rules', () => {
  it('is stored even if it exceeds one call between objects, and counts once for the allowance', async () => {
    const source = await aSource({ max_events_per_minute: 1 });
    const rules = Array.from({ length: 30 }, (_, index) => `${1001 + index}`);
    await anIntegrationOf(source, {
      config: { conversion_rule_id: { 'Order Completed': rules }, hold_for_identity_minutes: 30 },
    });
    const headers = { Authorization: `Bearer ${await aServerKey(source)}` };
    const long = (letters: number): string => '語'.repeat(letters);
    const traits = { firstName: long(35), lastName: long(35), company: long(255), title: long(255) };
    const batch = Array.from({ length: 900 }, (_, index) => ({
      type: 'track',
      event: 'Order Completed',
      messageId: `order-${index}`,
      context: { traits },
    }));

    const response = await ask('/v1/batch', { body: { batch }, headers });

    expect(await response.json()).toEqual({ success: true, accepted: 900 });
    const kept = await runInDurableObject(env.OUTBOX.getByName(source.id), (_, { storage }) =>
      storage.sql.exec<{ n: number }>('SELECT count(*) AS n FROM deliveries').one(),
    );
    expect(kept.n).toBe(900 * 30);
    expect((await ask('/v1/batch', { body: { batch: batch.slice(0, 1) }, headers })).status).toBe(429);
  }, 120_000);
});
