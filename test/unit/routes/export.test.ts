/** The export of a source. test/faults/left-nothing.test.ts deletes one, and looks into the files. */
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';

import { EXPORT_KINDS } from '../../../worker/schema/export.ts';
import type { ExportLine } from '../../../worker/schema/export.ts';
import { admin, anIntegrationOf, anOrder, aServerKey, aSource, problemOf, send } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';
import { noLinkedIn } from '../support/linkedin.ts';

beforeEach(noLinkedIn);

const SECRET = 'a-secret-that-nobody-may-see';

/** A source with everything that an export has. */
async function aShop(): Promise<{ source: MadeSource; integration: { id: string }; serverKey: string }> {
  const source = await aSource({ unknown_consent: 'granted', name: 'Shop' });
  const integration = await anIntegrationOf(source, { config: { access_token: SECRET } });
  const serverKey = await aServerKey(source);
  await admin(`/sources/${source.id}/hooks`, { body: { name: 'CRM', kind: 'salesforce', lawful_basis: 'consent' } });
  const imported = await admin(`/sources/${source.id}/imports?preview=true`, {
    method: 'POST',
    body: 'email,conversion time,event\njane@example.com,2026-11-20T10:00:00Z,Order\njane@example.com,soon,Order\n',
    headers: { 'Content-Type': 'text/csv' },
  });
  expect(imported.status).toBe(201);
  await send(source, [
    anOrder({ messageId: 'order-1', properties: { email: 'jane@example.com', total: 10, currency: 'EUR' } }),
    { type: 'page', name: 'Home', messageId: 'page-1' },
  ]);
  await env.REFUSALS.getByName(source.id).add([{ reason: 'event_invalid', requests: 1, events: 1, names: [] }]);
  return { source, integration, serverKey };
}

async function exported({ id }: MadeSource, query = ''): Promise<{ lines: ExportLine[]; text: string }> {
  const response = await admin(`/sources/${id}/export${query}`);
  expect(response.status).toBe(200);
  const text = await response.text();
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line): ExportLine => JSON.parse(line));
  return { lines, text };
}

const ofKind = (lines: readonly ExportLine[], kind: string): unknown[] =>
  lines.filter((line) => line.kind === kind).map(({ data }) => data);

describe('an export', () => {
  it('has everything about the source, in the shapes of the API, and says that it is complete', async () => {
    const { source, integration } = await aShop();

    const { lines } = await exported(source);

    expect(lines.map(({ n }) => n)).toEqual(lines.map((_, index) => index + 1));
    expect(lines[0]).toMatchObject({ kind: 'export', data: { format: 1, source_id: source.id } });
    expect(lines.at(-1)).toMatchObject({ kind: 'end' });
    expect(ofKind(lines, 'source')).toEqual([await (await admin(`/sources/${source.id}`)).json()]);
    expect(ofKind(lines, 'integration')).toEqual([await (await admin(`/integrations/${integration.id}`)).json()]);
    expect(ofKind(lines, 'event')).toMatchObject([{ message_id: 'page-1' }, { message_id: 'order-1' }]);
    expect(ofKind(lines, 'ledger')).toMatchObject([{ balanced: true, totals: { received: 2 } }]);
    expect(ofKind(lines, 'audit')).toEqual(
      expect.arrayContaining([expect.objectContaining({ method: 'GET', path: `/sources/${source.id}/export` })]),
    );
    const kinds = new Set(lines.map(({ kind }) => kind));
    // An incident needs a quarter of an hour, and `more` 200,000 events.
    expect(EXPORT_KINDS.filter((kind) => !kinds.has(kind))).toEqual(['incident', 'more']);
  });

  it('shows no secret, no key of a server, and no value that identifies a person', async () => {
    const { source, serverKey } = await aShop();

    const { text } = await exported(source);

    for (const hidden of [SECRET, serverKey, 'jane', 'secret_sealed', 'sha256']) expect(text).not.toContain(hidden);
  });

  it('goes on after an event, with the events before it', async () => {
    const { source } = await aShop();
    const [newest] = ofKind((await exported(source)).lines, 'event');

    const { lines } = await exported(source, `?cursor=${Object(newest).seq}`);

    expect(lines.map(({ kind }) => kind)).toEqual(['export', 'event', 'end']);
    expect(ofKind(lines, 'event')).toMatchObject([{ message_id: 'order-1' }]);
  });

  it('is refused with a cursor that is none, and for a source that does not exist', async () => {
    const source = await aSource();

    expect(await problemOf(await admin(`/sources/${source.id}/export?cursor=x`))).toMatchObject({
      code: 'field_invalid',
    });
    expect((await admin('/sources/src_none/export')).status).toBe(404);
  });
});
