/** T12: personal data that people put into names by mistake is in no list, report or row. */
import { beforeEach, describe, expect, it } from 'vitest';

import { admin, anIntegrationOf, anOrder, aServerKey, ask, aSource, outcomes, send } from '../support/api.ts';
import type { MadeSource } from '../support/api.ts';
import { foundIn, objectsAtRest } from '../support/at-rest.ts';
import { noLinkedIn } from '../support/linkedin.ts';

beforeEach(noLinkedIn);

const WHO = 'zyxjane.doe@zyxmail.example';
const SPELLINGS = ['zyx', '1701234567', '170 1234567', 'eyJhbGci'];

const NAMES = [
  `Lead of ${WHO}`,
  encodeURIComponent(`Lead of ${WHO}`),
  'Called +49 170 1234567',
  'reset eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.zyxc2lnbmF0dXJl',
];

async function everythingAbout({ id }: MadeSource): Promise<string> {
  const paths = ['events', 'ledger', 'ledger?hours=24', 'ledger/rules', 'consent', 'lint', 'refusals'];
  const read = await Promise.all(paths.map(async (path) => (await admin(`/sources/${id}/${path}`)).text()));
  const stories = await Promise.all(
    (await outcomes({ id, write_key: '' })).map(async ({ message_id: messageId }) =>
      (await admin(`/sources/${id}/events/${encodeURIComponent(messageId)}`)).text(),
    ),
  );
  return [...read, ...stories].join('\n');
}

describe('names that contain personal data', () => {
  it('are masked in events, pages, fields, categories and refused events, in lists, reports and rows', async () => {
    const source = await aSource();
    await anIntegrationOf(source, {
      config: {
        mappings: [
          { trigger: 'match(event, "Lead*") or name = "x"', conversion_rule_id: '2002' },
          { trigger: 'event = "Order Completed"', conversion_rule_id: '2003' },
        ],
      },
    });
    await send(source, [
      ...NAMES.map((event) =>
        anOrder({ event, properties: { [WHO]: 1, [`by ${WHO}`]: { [WHO]: 2 }, email: 'a@example.org' } }),
      ),
      ...NAMES.map((name) => ({ type: 'page', name, context: { consent: { categoryPreferences: { [WHO]: true } } } })),
      { type: WHO },
      { type: 'track', event: NAMES[0], timestamp: '9999-12-31' },
    ]);
    await send(source, [{ type: WHO, messageId: WHO }]);

    const shown = await everythingAbout(source);

    expect(foundIn(shown, SPELLINGS)).toEqual([]);
    expect(foundIn(await objectsAtRest(), SPELLINGS)).toEqual([]);
    expect(shown).toContain('Lead of <e-mail>');
    expect(shown).toContain('Called <phone>');
    // Triggers see the name as it was sent.
    const { data } = await (await admin(`/sources/${source.id}/ledger/rules`)).json<{ data: unknown[] }>();
    expect(data).toContainEqual(expect.objectContaining({ event: 'Lead of <e-mail>', conversion_rule_id: '2002' }));
  });

  it.each([`order ${WHO}`, '+49 170 1234567', `zyx%40zyxmail.example`])(
    'turn an ID into a hash, which stays the same for the same message: %s',
    async (messageId) => {
      const source = await aSource();
      await anIntegrationOf(source);
      const key = await aServerKey(source);
      const order = anOrder({ messageId });

      for (let time = 0; time < 2; time += 1)
        await ask('/v1/batch', { body: { batch: [order] }, headers: { Authorization: `Bearer ${key}` } });

      const [kept, ...others] = await outcomes(source);
      expect(others).toEqual([]);
      expect(kept?.message_id).toMatch(/^[0-9a-f]{64}$/);
      expect(kept?.lint).toContainEqual(expect.objectContaining({ code: 'event_id_email' }));
      expect((await admin(`/sources/${source.id}/events/${encodeURIComponent(messageId)}`)).status).toBe(200);
      expect(foundIn(await everythingAbout(source), SPELLINGS)).toEqual([]);
      expect(foundIn(await objectsAtRest(), SPELLINGS)).toEqual([]);
    },
  );
});
