import type { Context } from 'hono';
import { Hono } from 'hono';
import * as v from 'valibot';

import type { NewDelivery } from '../../../domain/collect/decide-for.ts';
import { explainEvent, factsAlone } from '../../../domain/collect/explain-event.ts';
import type { ExplainedEvent } from '../../../domain/collect/explain-event.ts';
import { parseEvents } from '../../../domain/collect/read/parse-events.ts';
import type { BatchResponse } from '../../../domain/delivery/delivery-failure.ts';
import { liquidFor } from '../../../domain/mapping-kit/liquid.ts';
import { loadRareWords } from '../../../domain/reading/rare-words.ts';
import { mappingProblems } from '../../../domain/rules/mapping-problems.ts';
import { batchResult } from '../../../linkedin/batch/batch-result.ts';
import { sendConversions } from '../../../linkedin/batch/send-conversions.ts';
import { DELIVERED_REASONS, HOLD_REASONS } from '../../../schema/events/outcome.ts';
import { fieldProblems } from '../../../schema/field-problems.ts';
import { isFields } from '../../../schema/fields.ts';
import type { Fields } from '../../../schema/fields.ts';
import { isProblemCode } from '../../../schema/problem.ts';
import { TryQuery } from '../../../schema/queries.ts';
import type { Integration } from '../../../schema/settings/integration.ts';
import { MappingInput } from '../../../schema/settings/mapping.ts';
import { Problem } from '../../http/problem.ts';
import { readJson } from '../../http/read-body.ts';
import type { AdminEnv } from '../env.ts';
import { readQuery } from '../query.ts';
import { integrationOf } from './integration-of.ts';
import { linkedInOf, outside } from './linkedin-of.ts';
import type { LinkedInOf } from './linkedin-of.ts';

type AdminContext = Context<AdminEnv>;

const MAX_BODY_BYTES = 64 * 1024;

/**
 * `/v1/admin/integrations/{id}/preview` and `/test-event`: what would happen to an event, and how LinkedIn answers it.
 */
export function adminTry(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();

  routes.post('/:id/preview', async (c) => {
    const integration = integrationOf(c);
    const explained = await explain(c, integration, withDraft);
    const { version } = await linkedInOf(c.env, integration);
    return c.json({ ...shown(explained, version), note: 'Nothing was stored and nothing was sent.' });
  });

  routes.post('/:id/test-event', async (c) => {
    const integration = integrationOf(c);
    const explained = await explain(c, integration);
    const isSent = explained.outcome === 'deliver';
    const linkedIn = await linkedInOf(c.env, integration);
    const results = isSent ? await sendAll(c, linkedIn, explained.deliveries) : [];
    return c.json({
      ...shown(explained, linkedIn.version),
      sent: isSent,
      results,
      note: isSent
        ? 'This was really sent: if LinkedIn accepted it, it counts a conversion. It is not stored or listed here.'
        : 'Nothing was sent: the event leads to no conversion.',
    });
  });

  return routes;
}

/** Reads the event like the collector does for a visitor without cookies. */
async function explain(
  c: AdminContext,
  integration: Integration,
  changed?: (integration: Integration, body: Fields) => Promise<Integration>,
): Promise<ExplainedEvent> {
  const nowMs = Date.now();
  const { value } = await readJson(c.req.raw, { maxBytes: MAX_BODY_BYTES });
  const body: Fields = isFields(value) ? value : {};
  const { parsed, rejected } = parseEvents([value], {
    sentAt: undefined,
    nowMs,
    newId: () => crypto.randomUUID(),
  });
  const [event] = parsed;
  if (event === undefined) throw invalidEvent(rejected[0]);
  const source = await c.env.REGISTRY.getByName('registry').source(integration.source_id);
  if (source === undefined) throw new Problem('not_found', "The integration's source has been deleted");
  const { country = c.req.raw.cf?.['country'] } = readQuery(c, TryQuery);
  await loadRareWords();
  const facts = await factsAlone(event, {
    policy: source.unknown_consent,
    country: typeof country === 'string' ? country : undefined,
    receivedAtMs: nowMs,
  });
  return explainEvent(event.event, facts, {
    source,
    integration: (await changed?.(integration, body)) ?? integration,
  });
}

/** A preview may include a mapping that is still being written. It then replaces all mappings of the integration. */
async function withDraft(integration: Integration, { mapping: draft }: Fields): Promise<Integration> {
  if (draft === undefined) return integration;
  const read = v.safeParse(MappingInput, draft);
  if (read.success) await liquidFor(read.output.fields);
  const fields = read.success
    ? mappingProblems(read.output, '/mapping')
    : fieldProblems(read.issues).map(({ pointer, detail }) => ({ pointer: `/mapping${pointer}`, detail }));
  const [first] = fields;
  if (first !== undefined || !read.success)
    throw new Problem('field_invalid', `Cannot use ${first?.pointer ?? '/mapping'}: ${first?.detail ?? ''}`, {
      fields,
    });
  const mapping = read.output;
  return {
    ...integration,
    config: {
      ...integration.config,
      conversion_rule_id: {},
      mappings: [{ ...mapping, id: mapping.id ?? 'map_draft' }],
    },
  };
}

function invalidEvent(rejected: { code: string; detail: string; pointer?: string } | undefined): Problem {
  const { code = 'event_invalid', detail = 'expected an event', pointer } = rejected ?? {};
  return new Problem(isProblemCode(code) ? code : 'event_invalid', `Cannot accept the event: ${detail}`, {
    fields: pointer === undefined ? [] : [{ pointer, detail }],
  });
}

/** Shows each delivery as a request of its own. In reality, deliveries of one rule share a request. */
function shown({ deliveries, ...explained }: ExplainedEvent, version: string): Fields {
  return {
    ...explained,
    requests: deliveries.map(({ ruleId, eventId, element }) => ({
      conversion_rule_id: ruleId,
      event_id: eventId,
      method: 'POST',
      path: '/rest/conversionEvents',
      headers: {
        'LinkedIn-Version': version,
        'X-Restli-Protocol-Version': '2.0.0',
        'X-RestLi-Method': 'BATCH_CREATE',
      },
      body: { elements: [element] },
    })),
  };
}

async function sendAll(c: AdminContext, linkedIn: LinkedInOf, deliveries: readonly NewDelivery[]): Promise<Fields[]> {
  const results: Fields[] = [];
  for (const { ruleId, element } of deliveries) {
    const elements = [JSON.stringify(element)];
    const { response, status } = await linkedIn.ask({
      asker: 'test_event',
      rule: ruleId,
      send: async (token) => {
        const sent = await sendConversions(
          { apiUrl: c.env.LINKEDIN_API_URL, token, version: linkedIn.version, elements },
          outside,
        );
        return batchResult(sent, { value: sent, events: elements.length });
      },
    });
    results.push({ conversion_rule_id: ruleId, status: status ?? null, ...words(response) });
  }
  return results;
}

type Words = { accepted: boolean; message: string; remedy: string | null };

/** Returns LinkedIn's response to one event in words, and what to do about it. */
function words(response: BatchResponse): Words {
  switch (response.kind) {
    case 'accepted': {
      if (response.unconfirmed.has(0))
        return { accepted: true, message: DELIVERED_REASONS.unconfirmed, remedy: 'Look for it in Campaign Manager.' };
      const error = response.refused.get(0);
      if (error !== undefined) return no(error, 'LinkedIn refuses this event: fix what its message names.');
      const deferral = response.deferred.get(0);
      if (deferral !== undefined)
        return no(deferral, 'LinkedIn does not accept this event at the moment: wait a minute and try again.');
      return {
        accepted: true,
        message: 'LinkedIn accepted it. Campaign Manager shows it after some hours, or three days at most.',
        remedy: null,
      };
    }
    case 'rule_refused':
      return no(response.message, HOLD_REASONS[response.reason]);
    case 'access_refused':
      return no(response.message, HOLD_REASONS.access_denied);
    case 'refused_unknown':
      return no(
        response.message,
        'LinkedIn refuses this with an unknown message. First check the conversion rule: its method, whether it is enabled, and its ad account. Then check the connection.',
      );
    case 'token_refused':
      return no(response.message, HOLD_REASONS.token_refused);
    case 'version_sunset':
      return no(response.message, HOLD_REASONS.version_sunset);
    case 'throttled':
      return no(response.message, 'Too many requests: wait a minute and try again.');
    case 'unavailable':
      return no(response.message, 'LinkedIn did not answer as expected, but it may have accepted the event.');
    case 'elements_refused':
    case 'batch_refused':
    case 'id_types_refused':
    case 'batch_too_large':
      return no(response.message, 'LinkedIn refuses this event: fix what its message names.');
  }
}

function no(message: string, remedy: string): Words {
  return { accepted: false, message, remedy };
}
