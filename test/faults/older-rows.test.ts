/** After a deploy there are rows from an older version, and an object may sleep through several versions. */
import { expect, it } from 'vitest';

import { OUTBOX_MIGRATIONS } from '../../worker/objects/outbox/outbox-schema.ts';
import { migrate } from '../../worker/objects/sql.ts';
import { CalmWorld } from './calm-world.ts';
import { memoryDatabase } from './simulation/memory-database.ts';

/** Rows of the first schema: one waiting delivery, and one finished. */
const FIRST_ROWS = `
  INSERT INTO events VALUES (1, 'm1', 'track', 'Lead Generated', 1795298400000, 1795298400000,
    '{"click_id":true,"email":true,"names":false,"consent":{"categories":{},"policy":"granted"}}', NULL, '[[1,"m1"]]');
  INSERT INTO events VALUES (2, 'm2', 'track', 'Lead Generated', 1795298400000, 1795298400000,
    '{"click_id":true,"email":true,"names":false,"consent":{"categories":{},"policy":"granted"}}', NULL, '[[1,"m2"]]');
  INSERT INTO lanes VALUES (1, 'int_a', '1001', 0, 0, 5000, 5000, NULL, NULL);
  INSERT INTO deliveries VALUES (1, 'm1', 1, 1795298400000, 1795298400000, 'pending', NULL,
    '{"conversion":"urn:lla:llaPartnerConversion:1001","conversionHappenedAt":1795298400000,"user":{"userIds":[{"idType":"SHA256_EMAIL","idValue":"x"}]},"eventId":"m1"}', NULL, NULL);
  INSERT INTO deliveries VALUES (1, 'm2', 2, 1795298400000, 1795298400000, 'delivered', NULL, NULL, 1795298401000, 1);
`;

it('rows of the first schema are delivered by the newest version', async () => {
  const world = new CalmWorld();
  const old = memoryDatabase();
  migrate(old, OUTBOX_MIGRATIONS.slice(0, 1));
  old.sql.exec(FIRST_ROWS);
  world.simulation.databases.set('src_a', old);

  world.simulation.watchdog();
  await world.pass(60_000);

  expect(world.states()).toEqual({ delivered: 2 });
  expect(world.taken.map(({ eventId }) => eventId)).toEqual(['m1']);
});
