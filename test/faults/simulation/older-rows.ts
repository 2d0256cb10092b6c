import { OUTBOX_MIGRATIONS } from '../../../worker/objects/outbox/outbox-schema.ts';
import { migrate } from '../../../worker/objects/sql.ts';
import type { Made } from './invariants.ts';
import { memoryDatabase } from './memory-database.ts';
import { INTEGRATIONS, nameOfRule } from './simulation.ts';
import type { Simulation } from './simulation.ts';

const COUNT = 20;

/** Gives each outbox rows of the schema's first version, which today's code hasn't opened yet. */
export function olderRows(simulation: Simulation): Made[] {
  return [...simulation.outboxes.keys()].flatMap((source) => {
    const spec = INTEGRATIONS.find((integration) => integration.source === source);
    if (spec === undefined) return [];
    const {
      id: integrationId,
      rules: [ruleId],
    } = spec;
    const database = memoryDatabase();
    migrate(database, OUTBOX_MIGRATIONS.slice(0, 1));
    const { sql } = database;
    sql.exec('INSERT INTO lanes VALUES (1, ?, ?, 0, 0, 5000, 5000, NULL, NULL)', integrationId, ruleId);
    const nowMs = simulation.time.nowMs;
    const made = Array.from({ length: COUNT }, (_, index): Made => ({
      messageId: `older-${source}-${index}`,
      source,
      name: nameOfRule(ruleId),
      happenedAtMs: nowMs - (index + 1) * 60_000,
      receivedAtMs: nowMs - (index + 1) * 60_000,
      idTypes: ['SHA256_EMAIL'],
      tries: [[{ integrationId, ruleId }]],
      reachedAtMs: [],
      isAcknowledged: true,
    }));
    for (const [index, { messageId, name, happenedAtMs, receivedAtMs }] of made.entries()) {
      const element = {
        conversion: `urn:lla:llaPartnerConversion:${ruleId}`,
        conversionHappenedAt: happenedAtMs,
        user: { userIds: [{ idType: 'SHA256_EMAIL', idValue: 'a'.repeat(64) }] },
        eventId: messageId,
      };
      sql.exec(
        `INSERT INTO events VALUES (?, ?, 'track', ?, ?, ?,
           '{"click_id":true,"email":true,"names":false,"consent":{"categories":{},"policy":"granted"}}', NULL, ?)`,
        index + 1,
        messageId,
        name,
        happenedAtMs,
        receivedAtMs,
        JSON.stringify([[1, messageId]]),
      );
      sql.exec(
        "INSERT INTO deliveries VALUES (1, ?, ?, ?, ?, 'pending', NULL, ?, NULL, NULL)",
        messageId,
        index + 1,
        happenedAtMs,
        receivedAtMs,
        JSON.stringify(element),
      );
      sql.exec(
        `INSERT INTO counts VALUES (?, ?, 'received', 1) ON CONFLICT DO UPDATE SET events = events + 1`,
        new Date(receivedAtMs).toISOString().slice(0, 10),
        name,
      );
    }
    simulation.databases.set(source, database);
    // The older version had set this alarm.
    simulation.outboxes.get(source)?.setAlarm(nowMs + 1_000);
    return made;
  });
}
