/** Every operation of the management API reads its query in one way. The parameters come from openapi.json. */
import { describe, expect, it } from 'vitest';

import { admin, anIntegrationOf, aSource, problemOf } from '../support/api.ts';
import { callOperation, OPERATIONS } from '../support/contract.ts';
import type { Described } from '../support/contract.ts';

/** A value for each parameter whose schema doesn't list its values. */
const VALUES: Readonly<Record<string, string>> = {
  limit: '10',
  source_id: 'src_nobody',
  actor_id: 'nobody',
  from: '2026-11-01',
  to: '2026-11-30',
  hours: '24',
  seq: '7',
  event: 'Order Completed',
  reason: 'rule_',
  conversion_rule_id: 'urn:lla:llaPartnerConversion:987654',
  import: 'imp_x',
  q: 'order',
  country: 'de',
  columns: '{"email":"E-Mail"}',
  events: '{"PURCHASE":"Order"}',
  name: 'A file',
  text: 'Shop',
  template: 'A template',
  save_template: 'A template',
  time_zone: 'Europe/Berlin',
};

/** The cursor's form differs: the ID of an object, or a place in the order of arrival. */
const CURSORS = ['src_x', 'int_x', 'map_x', 'tok_x', 'ach_x', 'imp_x', '17', '17_3', 'src_x.'];

const valueOf = ({ name, schema: { enum: words, pattern } }: Described['parameters'][number]): string => {
  const cursor = CURSORS.find((each) => pattern === undefined || new RegExp(pattern, 'u').test(each));
  return (name === 'cursor' ? cursor : undefined) ?? words?.[0] ?? VALUES[name] ?? '';
};

const managed = OPERATIONS.filter(({ isAdmin }) => isAdmin);
const withQuery = managed.filter(({ parameters }) => parameters.length > 0);
/** The parameters of each operation that can't have any text as their value. */
const withForms = withQuery
  .map(({ name, parameters }) => ({
    name,
    forms: parameters.flatMap(({ name: parameter, schema: { enum: words, pattern } }) =>
      words === undefined && pattern === undefined ? [] : [parameter],
    ),
  }))
  .filter(({ forms }) => forms.length > 0);
const having = (...names: string[]) =>
  managed.filter(({ parameters }) => names.every((name) => parameters.some((parameter) => parameter.name === name)));

/** Calls an operation, and returns what is wrong with each parameter. */
async function faults(name: string, parameters: readonly (readonly [name: string, value: string])[]): Promise<unknown> {
  const query = `?${new URLSearchParams(parameters.map(([each, value]) => [each, value])).toString()}`;
  const { end, body } = await callOperation(name, { query });
  if (end !== 'field_invalid') return end;
  const problem: { errors?: { pointer: string; detail: string }[] } = Object(body);
  return Object.fromEntries((problem.errors ?? []).map(({ pointer, detail }) => [pointer, detail]));
}

const each = (names: readonly string[], detail: unknown): Record<string, unknown> =>
  Object.fromEntries(names.map((name) => [`/${name}`, detail]));

describe('a parameter', () => {
  it.each(managed)("that doesn't exist is refused: $name", async ({ name }) => {
    const unknown = ['unknown', '_', 'toString', '__proto__', 'LIMIT'];

    const found = await faults(
      name,
      unknown.map((parameter) => [parameter, '1']),
    );

    expect(found).toMatchObject(each(unknown, expect.stringMatching(/^does not exist: this path has /)));
  });

  it.each(withQuery)('is given once: $name', async ({ name, parameters }) => {
    const twice = parameters.flatMap((parameter) => [parameter, parameter]);

    const found = await faults(
      name,
      twice.map((parameter) => [parameter.name, valueOf(parameter)]),
    );

    expect(found).toEqual(
      each(
        parameters.map((parameter) => parameter.name),
        'can be given only once',
      ),
    );
  });

  it.each(withQuery)('is not empty: $name', async ({ name, parameters }) => {
    const names = parameters.map((parameter) => parameter.name);

    const found = await faults(
      name,
      names.map((parameter, place) => [parameter, place % 2 === 0 ? '' : ' ']),
    );

    expect(found).toEqual(each(names, 'is empty: give it a value, or leave it out'));
  });

  it.each(withForms)('is one of its words, or has its form: $name', async ({ name, forms }) => {
    const found = await faults(
      name,
      forms.map((parameter) => [parameter, "' OR 1"]),
    );

    expect(found).toMatchObject(each(forms, expect.stringMatching(/^expected /)));
  });

  it.each(withQuery)('with a usable value is not refused: $name', async ({ name, parameters }) => {
    // Days and hours exclude each other.
    const together = parameters.filter((parameter) => parameter.name !== 'hours');

    const end = await faults(
      name,
      together.map((parameter) => [parameter.name, valueOf(parameter)]),
    );

    expect(end).toEqual(expect.any(String));
  });
});

describe('a day', () => {
  // test/unit/schema/day.test.ts has more.
  const IMPOSSIBLE = ['2026-02-30', '2026-11-31', '2026-11-30T00:00:00Z'];

  it.each(having('from', 'to'))('exists: $name', async ({ name }) => {
    for (const day of IMPOSSIBLE)
      expect([
        day,
        await faults(name, [
          ['from', day],
          ['to', day],
        ]),
      ]).toEqual([day, each(['from', 'to'], expect.stringMatching(/^expected a day/))]);
  });

  it.each(having('from', 'to'))('that ends a range is not before the one that begins it: $name', async ({ name }) => {
    const range = (from: string, to: string) =>
      faults(name, [
        ['from', from],
        ['to', to],
      ]);

    expect(await range('2026-11-30', '2026-11-29')).toEqual(each(['from'], 'expected a day that is not after "to"'));
    expect(await range('2026-11-30', '2026-11-30')).toEqual(expect.any(String));
  });

  it.each(having('from', 'hours'))('is not given beside hours: $name', async ({ name }) => {
    for (const other of ['from', 'to'])
      expect(
        await faults(name, [
          ['hours', '24'],
          [other, '2026-11-30'],
        ]),
      ).toEqual(each(['hours'], 'expected either "hours", or "from" and "to"'));
  });
});

it('a refused request changes nothing', async () => {
  const refused = await admin('/sources?dry_run=true', { body: { id: 'src_not_made' } });

  expect(await refused.json()).toMatchObject({
    detail: 'The parameter dry_run does not exist: this path has no parameters with this method',
    pointer: '/dry_run',
  });
  expect((await admin('/sources/src_not_made')).status).toBe(404);
});

describe('a list that has everything at once', () => {
  type List = { data: { name: string }[]; next_cursor: string | null };

  it('has pages when a limit is given', async () => {
    const { id } = await aSource();
    const body = { kind: 'generic', lawful_basis: 'consent' };
    for (const name of ['one', 'two', 'three']) await admin(`/sources/${id}/hooks`, { body: { ...body, name } });
    const hooks = async (query: string) => (await admin(`/sources/${id}/hooks${query}`)).json<List>();
    const whole = await hooks('');

    const first = await hooks('?limit=2');
    const second = await hooks(`?limit=2&cursor=${first.next_cursor}`);

    expect([first.data.length, second.data.length]).toEqual([2, 1]);
    expect([...first.data, ...second.data]).toEqual(whole.data);
    expect([whole.next_cursor, second.next_cursor]).toEqual([null, null]);
  });

  it('refuses the cursor of an object that was deleted, because the list would begin again', async () => {
    const { id } = await anIntegrationOf(await aSource());

    expect(await problemOf(await admin(`/integrations/${id}/mappings?cursor=map_deleted`))).toEqual({
      status: 400,
      code: 'field_invalid',
      pointer: '/cursor',
    });
  });
});
