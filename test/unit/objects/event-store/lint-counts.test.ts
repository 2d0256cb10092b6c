import { describe, expect, it } from 'vitest';

import { LintCounts } from '../../../../worker/objects/event-store/lint-counts.ts';
import { LintReader } from '../../../../worker/objects/event-store/lint-reader.ts';
import { DAY_MS, NOW } from '../../support/an-event.ts';
import { inAnOutbox } from '../../support/an-outbox.ts';

const found = (receivedAtMs: number, inRule = false) => ({
  receivedAtMs,
  lint: ['email_malformed'] as const,
  ruleLint: inRule ? [{ integrationId: 'int_1', ruleId: '1001', codes: ['email_malformed'] as const }] : [],
});

const read = (work: (counts: LintCounts) => void, days = { from: '2026-11-20', to: '2026-11-22' }) =>
  inAnOutbox(({ database }) => {
    const counts = new LintCounts(database.sql);
    work(counts);
    return new LintReader(database.sql)
      .read(days)
      .data.map(({ code, events, conversion_rules }) => ({ code, events, conversion_rules }));
  });

describe("the counts of the linter's findings", () => {
  it('are added up over days, with the conversion rules that they concern', async () => {
    const data = await read((counts) => {
      counts.count([found(NOW), found(NOW, true)]);
      counts.count([found(NOW + DAY_MS)]);
    });

    const ofRule = [{ integration_id: 'int_1', conversion_rule_id: '1001', events: 1 }];
    expect(data).toEqual([{ code: 'email_malformed', events: 3, conversion_rules: ofRule }]);
  });

  it('cover only the requested days', async () => {
    expect(await read((counts) => counts.count([found(NOW)]), { from: '2026-11-22', to: '2026-11-22' })).toEqual([]);
  });

  it('are deleted by day', async () => {
    const data = await read((counts) => {
      counts.count([found(NOW - DAY_MS), found(NOW)]);
      counts.remove({ beforeMs: NOW });
    });

    expect(data).toMatchObject([{ events: 1 }]);
  });
});
