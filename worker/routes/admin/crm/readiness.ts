import { Hono } from 'hono';

import { conversionRuleId } from '../../../domain/rules/conversion-rule.ts';
import { RECOMMENDED, ruleReadiness } from '../../../domain/rules/readiness.ts';
import { SourceStores } from '../../stores/source-stores.ts';
import { integrationOf } from '../connection/integration-of.ts';
import type { AdminEnv } from '../env.ts';

const DAY_MS = 86_400_000;
const SOURCE = 'https://www.socialmediatoday.com/news/linkedin-qualified-leads-optimization-crm-targeting/746055/';

/** `/v1/admin/integrations/{id}/readiness`: whether each rule gets what LinkedIn needs to optimise for it. */
export function adminReadiness(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();

  routes.get('/:id/readiness', async (c) => {
    const { id, source_id: sourceId, config } = integrationOf(c);
    const { outbox } = new SourceStores(c.env, sourceId);
    const nowMs = Date.now();
    const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
    const [ledger, sent, lags] = await Promise.all([
      outbox.ruleLedger({ from: dayOf(nowMs - 30 * DAY_MS), to: dayOf(nowMs) }),
      outbox.ruleIdentifiers(id),
      c.env.IMPORTS.getByName(sourceId).lags(id),
    ]);
    const own = ledger.data.filter((row) => row.integration_id === id);
    const byName = Object.values(config.conversion_rule_id ?? {}).flat();
    const byMapping = (config.mappings ?? []).map((mapping) => mapping.conversion_rule_id);
    const mapped = [...byName, ...byMapping].map((ref) => conversionRuleId(ref));
    const rules = new Set([...mapped, ...Object.keys(sent), ...own.map((row) => row.conversion_rule_id)]);
    const data = [...rules].map((ruleId) =>
      ruleReadiness(
        {
          ruleId,
          accepted: own
            .filter((row) => row.conversion_rule_id === ruleId)
            .map(({ day, delivered }) => ({ day, conversions: delivered })),
          sent: sent[ruleId] ?? [],
          lags: lags.filter((row) => row.ruleId === ruleId),
        },
        nowMs,
      ),
    );
    return c.json({ recommended: { ...RECOMMENDED, source: SOURCE }, data });
  });

  return routes;
}
