/** The columns of a file that an import reads by itself, and those that it must not read in silence. */
import { beforeEach, describe, expect, it, vi } from 'vitest';

import type { ImportView } from '../../../worker/schema/imports/import-view.ts';
import { admin, anIntegrationOf, aSource } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';

beforeEach(() => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json({ elements: [] }));
});

async function aCrmSource(): Promise<MadeSource> {
  const source = await aSource({ unknown_consent: 'by_region' });
  await anIntegrationOf(source, { config: { access_token: null, conversion_rule_id: { 'Deal won': '1001' } } });
  return source;
}

async function preview(source: MadeSource, lines: readonly string[], query = {}): Promise<ImportView> {
  const search = new URLSearchParams({ event: 'Deal won', preview: 'true', ...query }).toString();
  const response = await admin(`/sources/${source.id}/imports?${search}`, {
    body: lines.join('\n'),
    headers: { 'Content-Type': 'text/csv' },
  });
  if (response.status !== 201) throw new Error(await response.text());
  return response.json<ImportView>();
}

const day = new Date(Date.now() - 86_400_000).toISOString();

describe('a refusal', () => {
  it('counts in any column whose name is about consent, and the preview names the column', async () => {
    const refusals: readonly (readonly [string, string])[] = [
      ['advertising', 'false'],
      ['Can contact', 'no'],
      ['Objected to processing', 'yes'],
      ['Subscription status', 'Unsubscribed'],
      ['Email Marketing Status', 'UNSUBSCRIBED'],
      ['ad_storage', 'denied'],
      ['Subscribed', 'no'],
      ['Allow emails', 'no'],
      ['Erasure requested', 'yes'],
      ['Widerrufen am', day],
      ['Disiscritto', 'sì'],
      ['Non contattare', 'sì'],
      ['Afgemeld', 'ja'],
    ];
    const header = ['Email', 'Close date', ...refusals.map(([name]) => name)].join(',');
    const rows = refusals.map(([, cell], at) =>
      [`p${at}@firm.de`, day, ...refusals.map((_, other) => (other === at ? cell : ''))].join(','),
    );

    const view = await preview(await aCrmSource(), [
      header,
      ...rows,
      `ok@firm.de,${day}${','.repeat(refusals.length)}`,
    ]);

    expect(view).toMatchObject({ rows: 14, sendable: 1, skipped: { no_consent: 13 }, withdrawals: 13 });
    const named = [view.columns['opt_out'], ...view.ignored_columns.map(({ column }) => column)];
    expect(named).toEqual(refusals.map(([name]) => name));
    for (const { field, is_used: isUsed } of view.ignored_columns) expect([field, isUsed]).toEqual(['opt_out', true]);
  });

  it.each([
    ['Samtycke', 'nej', 'ja'],
    ['Zgoda marketingowa', 'nie', 'tak'],
    ['Toestemming', 'geweigerd', 'ja'],
  ])('counts in a column for consent in another language: %s', async (column, no, yes) => {
    const rows = [`a@firm.de,${day},${no}`, `b@firm.de,${day},${yes}`];
    const view = await preview(await aCrmSource(), [`Email,Close date,${column}`, ...rows]);

    expect(view).toMatchObject({ sendable: 1, withdrawals: 1, columns: { consent: column } });
  });
});
