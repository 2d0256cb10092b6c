/** The columns of a file that an import reads by itself, and those that it must not read in silence. */
import { beforeEach, describe, expect, it, vi } from 'vitest';

import type { ImportView } from '../../../worker/schema/imports/import-view.ts';
import { aPreview } from '../support/an-import.ts';
import { admin, anIntegrationOf, aSource } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';

beforeEach(() => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json({ elements: [] }));
});

async function aCrmSource(): Promise<MadeSource> {
  const source = await aSource({ unknown_consent: 'by_region' });
  await anIntegrationOf(source, { config: { access_token: null, conversion_rule_id: { Won: '1001' } } });
  return source;
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

    const view = await aPreview(await aCrmSource(), [
      header,
      ...rows,
      `ok@firm.de,${day}${','.repeat(refusals.length)}`,
    ]);

    expect(view).toMatchObject({ rows: 14, sendable: 1, skipped: { no_consent: 13 }, withdrawals: 13 });
    const named = [view.columns['opt_out'], ...view.ignored_columns.map(({ column }) => column)];
    expect(named).toEqual(refusals.map(([name]) => name));
    for (const { field, is_used: isUsed } of view.ignored_columns) expect([field, isUsed]).toEqual(['opt_out', true]);
  });

  it('counts in a status too, and its row says so', async () => {
    const statuses = ['Do Not Contact', 'Unsubscribed', 'Abgemeldet', 'Declined', 'Widerrufen', 'Customer'];
    const rows = statuses.map((status, at) => `p${at}@firm.de,${day},${status}`);
    const source = await aCrmSource();
    const view = await aPreview(source, ['Email,Close date,Lead Status', ...rows]);
    const chosen = await aPreview(source, ['Email,Close date,Lead Status', ...rows], {
      columns: JSON.stringify({ opt_out: null }),
    });

    // What is revoked may be an order, so that row is not sent, but nothing is withdrawn.
    expect(view).toMatchObject({
      sendable: 2,
      withdrawals: 3,
      problem_counts: { refused_in_status: 3, consent_unclear: 1 },
    });
    expect(view.problems.map(({ row, column }) => [row, column])).toContainEqual([2, 'Lead Status']);
    expect(chosen).toMatchObject({ sendable: 6, withdrawals: 0 });
  });

  it('counts in a column for consent in another language', async () => {
    const rows = ['nej,tak,ja', 'ja,nie,ja', 'ja,tak,geweigerd', 'ja,tak,ja'];
    const view = await aPreview(await aCrmSource(), [
      'Email,Close date,Samtycke,Zgoda marketingowa,Toestemming',
      ...rows.map((cells, at) => `p${at}@firm.de,${day},${cells}`),
    ]);

    expect(view).toMatchObject({ sendable: 1, withdrawals: 3, columns: { consent: 'Samtycke' } });
  });
});

const OF_PIPEDRIVE = 'Person - Email,Deal - Status,Deal - Expected close date,Deal - Won time,Deal - Rotten time';

describe('the time', () => {
  it('of a deal that is open or lost is missing, so its row is refused', async () => {
    const view = await aPreview(await aCrmSource(), [
      OF_PIPEDRIVE,
      `a@firm.de,Won,${day},${day},`,
      `b@firm.de,Open,${day},,`,
      `c@firm.de,Lost,${day},,${day}`,
    ]);

    expect(view).toMatchObject({ sendable: 1, refused: 2, columns: { time: 'Deal - Won time' } });
    expect(view.problems).toMatchObject([
      { row: 3, code: 'time_missing', column: 'Deal - Won time' },
      { row: 4, code: 'time_missing', column: 'Deal - Won time' },
    ]);
  });

  it('is asked for if the names of the dates are not sure', async () => {
    const source = await aCrmSource();
    const lines = ['Email,Date of birth,Deal - Rotten time', `a@firm.de,${day},${day}`];

    await expect(aPreview(source, ['Email,Modified On', `a@firm.de,${day}`])).rejects.toThrow(
      'expected a column for time (“Modified On” has dates, but may be something else',
    );
    await expect(aPreview(source, lines)).rejects.toThrow(
      'expected a column for time (“Date of birth”, “Deal - Rotten time” have dates, but may be something else',
    );
    const chosen = await aPreview(source, lines, { columns: JSON.stringify({ time: 'Date of birth' }) });
    expect(chosen).toMatchObject({ sendable: 1, columns: { time: 'Date of birth' } });
  });

  it('is read in the time zone in the column’s name', async () => {
    const date = day.slice(0, 10);
    const source = await aCrmSource();
    const timeIn = async (name: string, query = {}): Promise<ImportView> =>
      aPreview(source, [`Email,${name}`, `a@firm.de,${date} 10:00:00`], query);

    expect((await timeIn('Close Date (UTC+2)', { time_zone: 'Asia/Tokyo' })).samples[0]?.time).toBe(
      `${date}T08:00:00.000Z`,
    );
    const unknown = await timeIn('Close Date (IST)');
    expect(unknown).toMatchObject({ sendable: 1, problem_counts: { zone_in_name_unknown: 1 } });
  });
});

describe('a value', () => {
  const valueOf = async (lines: readonly string[], query = {}): Promise<Partial<ImportView>> => {
    const { value, problem_counts, columns } = await aPreview(await aCrmSource(), lines, query);
    return { value, problem_counts, columns };
  };

  it('is left out where two currencies differ or cents have decimals, and the row says so', async () => {
    const found = await valueOf([
      'Email,Close Date,Amount (EUR),Currency',
      `a@firm.de,${day},1200,EUR`,
      `b@firm.de,${day},1200,USD`,
      `c@firm.de,${day},$1200,`,
    ]);
    const cents = await valueOf(['Email,Close Date,amount_cents,Currency', `a@firm.de,${day},12.5,EUR`]);
    const converted = await valueOf([
      'Email,Close Date,Amount (converted) Currency,Amount (converted),Amount Currency,Amount',
      `a@firm.de,${day},EUR,1100,USD,1200`,
    ]);

    expect(found).toMatchObject({ value: { EUR: '1200' }, problem_counts: { currency_conflict: 2 } });
    expect(cents).toMatchObject({ value: {}, problem_counts: { amount_not_in_cents: 1 } });
    expect(converted).toMatchObject({ value: { USD: '1200' }, problem_counts: {} });
  });

  it('whose name leaves open what it is worth is named, and used when it is chosen', async () => {
    const lines = ['Email,Close Date,Amount in company currency', `a@firm.de,${day},1200`];
    const view = await aPreview(await aCrmSource(), lines);
    const query = { columns: JSON.stringify({ value: 'Amount in company currency' }), default_currency: 'EUR' };

    expect(view.ignored_columns).toEqual([{ column: 'Amount in company currency', field: 'value', is_used: false }]);
    expect(view.value).toEqual({});
    expect((await valueOf(lines, query)).value).toEqual({ EUR: '1200' });
  });
});

describe('a person', () => {
  it('is never a user of the CRM', async () => {
    const users = ['Created By', 'Deal owner', 'Owner Email', 'Assigned To', 'Last Modified By'];
    const source = await aCrmSource();
    const cells = users.map(() => 'rep@own.com').join(',');

    await expect(aPreview(source, [`Close Date,${users.join(',')}`, `${day},${cells}`])).rejects.toThrow(
      'user_id (“Created By”, “Deal owner”, “Owner Email”, “Assigned To”, “Last Modified By” have e-mail addresses, but may be those of somebody else',
    );
    const named = await aPreview(source, [
      `Close Date,${users.join(',')},First name,Last name`,
      `${day},${cells},Ann,Lee`,
    ]);
    expect(named.samples[0]?.identifiers).toEqual(['names']);
    expect(named.ignored_columns).toEqual(users.map((column) => ({ column, field: 'email', is_used: false })));
  });

  it('has the second address where the first is empty', async () => {
    const view = await aPreview(await aCrmSource(), [
      'Date,Work Email,Personal Email',
      `${day},,b@firm.de`,
      `${day},a@firm.de,`,
    ]);

    expect(view).toMatchObject({ sendable: 2, columns: { email: 'Work Email' } });
    expect(view.ignored_columns).toEqual([{ column: 'Personal Email', field: 'email', is_used: true }]);
  });

  it('has no LinkedIn lead in the CRM’s own Lead ID', async () => {
    const source = await aCrmSource();
    const lines = ['Email,Close Date,Lead ID', `a@firm.de,${day},00Q5g00000ABCDEFGH`];
    const view = await aPreview(source, lines);
    const chosen = await aPreview(source, lines, { columns: JSON.stringify({ lead_id: 'Lead ID' }) });

    expect(view.samples[0]?.identifiers).toEqual(['email']);
    expect(view.ignored_columns).toEqual([{ column: 'Lead ID', field: 'lead_id', is_used: false }]);
    expect(chosen.samples[0]?.identifiers).toEqual(['email', 'lead_id']);
  });

  it('has the LinkedIn lead of LinkedIn’s own exports, and no other one', async () => {
    const ids = [
      '52dcb737-26f9-4af3-b1fc-935b3e93f838-4',
      'urn:li:leadGenFormResponse:52dcb737-1',
      '00Q5g00000ABCDEFGH',
    ];
    const rows = [ids[0], ids[0], ids[1], ids[1], ids[0], ids[2]].map((id, at) => `p${at}@firm.de,${day},${id}`);
    const view = await aPreview(await aCrmSource(), ['Email,Timestamp,Lead ID', ...rows]);

    expect(view.columns).toMatchObject({ lead_id: 'Lead ID' });
    expect(view.problems).toMatchObject([{ row: 7, code: 'lead_malformed', column: 'Lead ID' }]);
    expect(view.samples.map(({ identifiers }) => identifiers.includes('lead_id'))).toEqual([
      true,
      true,
      true,
      true,
      true,
      false,
    ]);
  });
});

it('a row that an earlier release read with other columns is still known', async () => {
  const source = await aCrmSource();
  const lines = ['Email,Lead ID,Deal - Won time,Amount (EUR)', `a@firm.de,00Q5g00000ABCDEFGH,${day},1200`];
  // What an earlier release took from this file.
  const columns = JSON.stringify({ email: 'Email', lead_id: 'Lead ID', time: 'Deal - Won time', value: null });
  const search = new URLSearchParams({ event: 'Won', lawful_basis: 'consent', columns }).toString();
  const { id } = await (
    await admin(`/sources/${source.id}/imports?${search}`, {
      body: lines.join('\n'),
      headers: { 'Content-Type': 'text/csv' },
    })
  ).json<ImportView>();
  await expect
    .poll(async () => (await (await admin(`/sources/${source.id}/imports/${id}`)).json<ImportView>()).state, {
      timeout: 40_000,
    })
    .toBe('done');

  expect(await aPreview(source, lines)).toMatchObject({ sendable: 0, duplicates: 1 });
});
