import { refusalRow } from '../../../domain/refusals/refusal-view.ts';
import type { Env } from '../../../env.ts';
import { REFUSAL_HOURS } from '../../../schema/events/refusal.ts';
import { EXPORT_FORMAT } from '../../../schema/export.ts';
import type { ExportKind, ExportLine } from '../../../schema/export.ts';
import type { Integration } from '../../../schema/settings/integration.ts';
import type { Source } from '../../../schema/settings/source.ts';
import { VERSION } from '../../../schema/version.ts';
import { SourceStores } from '../../stores/source-stores.ts';
import { hookView } from '../crm/hooks.ts';
import { integrationView } from '../integrations.ts';
import { sourceView } from '../sources/sources.ts';
import { registryOf } from './copied-objects.ts';

const PAGE = 100;

/** Events are read in larger pages, because a request may make 1,000 calls between objects, and each page makes two. */
const EVENTS_A_PAGE = 500;

/** The number of pages in one answer: about 200,000 events. */
const PAGES_AN_ANSWER = 400;

/** A day before the first event of any instance. */
const EVER = '2020-01-01';

type Item = { kind: ExportKind; data: unknown };

/**
 * Yields an export of a source, line by line. It is read while the source works, so counts and events may differ by the
 * events that arrive in the meantime.
 *
 * @param beforeSeq Continues with the events before this one, after an earlier answer ended with `more`.
 */
export async function* exportLines(
  env: Env,
  source: Source,
  { madeAt, beforeSeq }: { madeAt: string; beforeSeq: number | undefined },
): AsyncGenerator<string> {
  let n = 0;
  for await (const { kind, data } of items(env, source, { madeAt, beforeSeq })) {
    n += 1;
    yield JSON.stringify({ n, kind, data } satisfies ExportLine);
  }
}

async function* items(
  env: Env,
  source: Source,
  { madeAt, beforeSeq }: { madeAt: string; beforeSeq: number | undefined },
): AsyncGenerator<Item> {
  yield {
    kind: 'export',
    data: { format: EXPORT_FORMAT, version: VERSION, made_at: madeAt, source_id: source.id },
  };
  if (beforeSeq === undefined) {
    yield* settings(env, source);
    yield* imports(env, source.id);
    yield* reports(env, source, madeAt);
    yield* incidents(env, source.id);
    yield* audit(env, source.id);
  }
  yield* events(env, source.id, beforeSeq);
}

async function* settings(env: Env, source: Source): AsyncGenerator<Item> {
  yield { kind: 'source', data: sourceView(source) };
  for (const integration of await integrationsOf(env, source.id))
    yield { kind: 'integration', data: integrationView(integration) };
  for (const hook of await registryOf(env).hooks(source.id)) yield { kind: 'hook', data: hookView(hook) };
}

function integrationsOf(env: Env, sourceId: string): Promise<Integration[]> {
  return registryOf(env).integrations({ sourceId, limit: Number.MAX_SAFE_INTEGER, after: undefined });
}

async function* imports(env: Env, sourceId: string): AsyncGenerator<Item> {
  const stored = env.IMPORTS.getByName(sourceId);
  for (let before: string | undefined; ;) {
    const page = await stored.list({ limit: PAGE, before });
    for (const view of page) {
      yield { kind: 'import', data: view };
      for (let next: number | undefined = 0; next !== undefined;) {
        const part = await stored.report(view.id, next);
        if (part !== undefined && part.text !== '')
          yield { kind: 'import_report', data: { import_id: view.id, csv: part.text } };
        next = part?.next;
      }
    }
    before = page.at(-1)?.id;
    if (page.length < PAGE) return;
  }
}

async function* reports(env: Env, source: Source, madeAt: string): AsyncGenerator<Item> {
  const stores = new SourceStores(env, source.id);
  const days = { from: EVER, to: madeAt.slice(0, 10) };
  const asked = (await integrationsOf(env, source.id)).flatMap((integration) => integration.consent_categories);
  yield { kind: 'ledger', data: await stores.ledger(days) };
  yield { kind: 'rule_ledger', data: await stores.outbox.ruleLedger(days) };
  yield { kind: 'consent', data: await stores.consent(days, asked) };
  yield { kind: 'lint', data: await stores.lint(days) };
  const refused = await env.REFUSALS.getByName(source.id).lastHours(REFUSAL_HOURS);
  yield { kind: 'refusals', data: refused.map((hour) => refusalRow(hour, source)) };
}

async function* incidents(env: Env, sourceId: string): AsyncGenerator<Item> {
  let beforeSeq: number | undefined;
  do {
    const page = await env.ALERTS.getByName('alerts').incidents({
      state: undefined,
      sourceId,
      only: [sourceId],
      limit: PAGE,
      beforeSeq,
    });
    for (const data of page.data) yield { kind: 'incident', data };
    beforeSeq = page.nextSeq;
  } while (beforeSeq !== undefined);
}

async function* audit(env: Env, sourceId: string): AsyncGenerator<Item> {
  for (let beforeSeq: number | undefined; ;) {
    const entries = await registryOf(env).auditLog({ limit: PAGE, beforeSeq, sourceId });
    for (const data of entries) yield { kind: 'audit', data };
    beforeSeq = Number(entries.at(-1)?.id);
    if (entries.length < PAGE) return;
  }
}

/** The newest first. An event shows its deliveries with their results. */
async function* events(env: Env, sourceId: string, from: number | undefined): AsyncGenerator<Item> {
  const stores = new SourceStores(env, sourceId);
  let beforeSeq = from;
  for (let pages = 0; pages < PAGES_AN_ANSWER; pages += 1) {
    const page = await stores.latest({ limit: EVENTS_A_PAGE, beforeSeq });
    for (const data of page.data) yield { kind: 'event', data };
    beforeSeq = page.nextSeq;
    if (beforeSeq === undefined) {
      yield { kind: 'end', data: null };
      return;
    }
  }
  yield { kind: 'more', data: { cursor: String(beforeSeq) } };
}
