/** A no that comes by any way stops the rows of open imports, and an erased row isn't sent by the next import either. */
import { beforeEach, expect, it, vi } from 'vitest';

import { aHook, taken } from '../support/a-hook.ts';
import { aPreview, started } from '../support/an-import.ts';
import { admin, ask, aServerKey, outcomes } from '../support/api.ts';

beforeEach(() => {
  vi.spyOn(globalThis, 'fetch').mockImplementation(async () => Response.json({ elements: [] }));
});

const day = new Date(Date.now() - 86_400_000).toISOString();

const HEADER = 'email,user_id,time,order_id';

type Way = [string, (made: Awaited<ReturnType<typeof aHook>>) => Promise<unknown>];
const WAYS: readonly Way[] = [
  ['a hook: consent no', ({ hook }) => taken(hook, { data: { email: 'x@firm.de', time: day, consent: 'no' } })],
  ['a hook: opted out', ({ hook }) => taken(hook, { data: { user_id: 'c-77', time: day, opt_out: true } })],
  ['a hook: opted out, without a time', ({ hook }) => taken(hook, { data: { email: 'x@firm.de', opt_out: true } })],
  [
    'another import: opted out',
    async ({ source }) =>
      started(source, await aPreview(source, ['email,time,opt out', `o@firm.de,${day},`, `x@firm.de,${day},yes`])),
  ],
  [
    'another import: consent no',
    async ({ source }) => started(source, await aPreview(source, ['user_id,time,consent', `c-77,${day},no`])),
  ],
];

it.each(WAYS)('a row of an open import isn’t sent after a withdrawal by %s', async (_, withdraw) => {
  const made = await aHook({ kind: 'generic', event: 'Won' });
  const shown = await aPreview(made.source, [HEADER, `x@firm.de,c-77,${day},order-1`, `y@firm.de,c-78,${day},order-2`]);
  await withdraw(made);
  const ended = await started(made.source, shown);

  expect(shown).toMatchObject({ sendable: 2 });
  expect(ended).toMatchObject({ accepted: 1, erased: 1 });
  const waiting = (await outcomes(made.source)).filter(({ message_id: id }) => id === 'order-1');
  expect(waiting).toEqual([]);
});

it('a hook’s no counts although no stage has the change’s name', async () => {
  const made = await aHook({ kind: 'generic', stages: { stages: [{ event: 'Won', values: ['won'] }] } });
  const shown = await aPreview(made.source, [HEADER, `x@firm.de,,${day},order-1`]);
  const change = { email: 'x@firm.de', deal_id: 'd', time: day, stage: 'elsewhere', opt_out: true };
  const answer = await taken(made.hook, { data: change });

  expect(answer.skipped).toEqual({ unknown_stage: 1 });
  expect(await started(made.source, shown)).toMatchObject({ accepted: 0, erased: 1 });
});

it.each([
  ['j@müller.de', 'j@xn--mller-kva.de'],
  ['j@xn--mller-kva.de', 'j@müller.de'],
])('an erasure of %s reaches the row and the event of %s', async (asked, sent) => {
  const { source } = await aHook({ kind: 'generic', event: 'Won' });
  const shown = await aPreview(source, [HEADER, `${sent},,${day},order-1`]);
  const server = await aServerKey(source);
  const event = { type: 'track', event: 'Won', messageId: 'order-2', context: { traits: { email: sent } } };
  await ask('/v1/batch', {
    body: { batch: [event], consent: { advertising: true } },
    headers: { Authorization: `Bearer ${server}` },
  });
  const erased = await admin('/people/erase', { body: { email: asked } });

  expect(await erased.json()).toMatchObject({ erased: 1 });
  expect(await started(source, shown)).toMatchObject({ accepted: 0, erased: 1 });
});

it('a refusal of a LinkedIn lead reaches what waits for it and its other rows', async () => {
  const { source, hook } = await aHook({ kind: 'generic', event: 'Won' });
  const lead = 'urn:li:leadGenFormResponse:a1b2-4';
  const shown = await aPreview(source, ['linkedin lead id,time', `${lead},${day}`]);
  const mixed = [
    'linkedin lead id,time,opt out',
    `${lead.toUpperCase().replace('URN:LI:LEADGENFORMRESPONSE', 'urn:li:leadGenFormResponse')},${day},yes`,
    `${lead},${day},`,
  ];
  await taken(hook, { data: { lead_id: lead, time: day, opt_out: true } });

  expect(await started(source, shown)).toMatchObject({ accepted: 0, erased: 1 });
  expect(await aPreview(source, mixed)).toMatchObject({ sendable: 0, withdrawals: 1 });
});

it.each([
  ['j@müller.de', 'j@xn--mller-kva.de'],
  ['j@xn--mller-kva.de', 'j@müller.de'],
])('a withdrawal of %s by a hook or a row reaches the rows of %s', async (asked, sent) => {
  const { source, hook } = await aHook({ kind: 'generic', event: 'Won' });
  const shown = await aPreview(source, [HEADER, `${sent},,${day},order-1`]);
  const mixed = ['email,time,opt out', `${asked},${day},yes`, `${sent},${day},`];
  await taken(hook, { data: { email: asked, time: day, opt_out: true } });

  expect(await started(source, shown)).toMatchObject({ accepted: 0, erased: 1 });
  expect(await aPreview(source, mixed)).toMatchObject({ sendable: 0, withdrawals: 1 });
});

it('a row and an event keep their other identifiers if an e-mail isn’t one address', async () => {
  const { source } = await aHook({ kind: 'generic', event: 'Won' });
  const email = 'Kate Doe k@corp.de';
  const ended = await started(source, await aPreview(source, ['email,li_fat_id,time', `${email},click-123,${day}`]));
  const key = await aServerKey(source);
  const properties = { email, li_fat_id: 'click-124' };
  await ask('/v1/batch', {
    body: {
      batch: [{ type: 'track', event: 'Won', messageId: 'order-3', properties }],
      consent: { advertising: true },
    },
    headers: { Authorization: `Bearer ${key}` },
  });

  expect(ended).toMatchObject({ accepted: 1, problem_counts: { email_malformed: 1 } });
  expect(ended.samples.map(({ identifiers }) => identifiers)).toEqual([['click_id']]);
  const events = await outcomes(source);
  expect(events.map(({ state }) => state)).toEqual(['pending', 'pending']);
  expect(JSON.stringify(events.find(({ message_id: id }) => id === 'order-3')?.lint)).toContain('email_malformed');
});

it('a person who was erased while an import was open isn’t sent by the next import of the same rows', async () => {
  const { source } = await aHook({ kind: 'generic', event: 'Won' });
  const file = [HEADER, `x@firm.de,,${day},order-1`, `y@firm.de,,${day},order-2`, `x@firm.de,,${day},`];
  const shown = await aPreview(source, file);
  await admin('/people/erase', { body: { email: 'x@firm.de' } });
  const first = await started(source, shown);

  // The same rows, one of them with another column, and one with the same event ID and other cells.
  const again = await started(source, await aPreview(source, file));
  const other = [HEADER, `x@firm.de,c-1,${day},order-1`, `x@firm.de,,${day},`, `x@firm.de,,${day},order-3`];
  const others = await started(source, await aPreview(source, other));

  expect(first).toMatchObject({ accepted: 1, erased: 2 });
  expect(again).toMatchObject({ accepted: 0, duplicates: 3, problem_counts: { already_sent: 3 } });
  // Whoever imports a new row of the person says that they may.
  expect(others).toMatchObject({ accepted: 1, duplicates: 2 });
});

it('a no in an import that is started counts at once, although a longer one is under way', async () => {
  const made = await aHook({ kind: 'generic', event: 'Won' });
  const others = Array.from({ length: 600 }, (_, index) => `p${index}@firm.de,,${day},order-${index}`);
  const shown = await aPreview(made.source, [HEADER, ...others, `x@firm.de,,${day},order-x`]);
  const refusals = await aPreview(made.source, ['email,time,opt out', `x@firm.de,${day},yes`]);
  await admin(`/sources/${made.source.id}/imports/${shown.id}/start`, { body: { lawful_basis: 'consent' } });
  await started(made.source, refusals);

  expect(await started(made.source, shown)).toMatchObject({ accepted: 600, erased: 1 });
});
