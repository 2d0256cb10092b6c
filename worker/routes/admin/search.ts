import type { Context } from 'hono';
import { Hono } from 'hono';

import { keptMessageId } from '../../domain/privacy/masked-names.ts';
import { ledgerDay } from '../../domain/reports/report-days.ts';
import { beginningWith } from '../../domain/search/beginning-with.ts';
import { olderOrderText } from '../../domain/search/older-order-text.ts';
import { orderTagger, orderText } from '../../domain/search/order-tags.ts';
import { hit, inSearchOrder, ruleNumber, settingsHits } from '../../domain/search/settings-hits.ts';
import type { SearchedSite } from '../../domain/search/settings-hits.ts';
import { wholeSpellings } from '../../domain/search/spellings.ts';
import { wantedEventIds } from '../../domain/search/wanted-ids.ts';
import { deliveryId, parseDeliveryId } from '../../objects/outbox/delivery-id.ts';
import type { EventView } from '../../schema/events/event-view.ts';
import { SearchQuery } from '../../schema/queries.ts';
import { MOST_HITS, SEARCH_KINDS } from '../../schema/reports/search.ts';
import type { SearchAnswer, SearchHit } from '../../schema/reports/search.ts';
import { keyRingOf } from '../http/key-ring.ts';
import { SourceStores } from '../stores/source-stores.ts';
import type { AdminEnv } from './env.ts';
import { readQuery } from './query.ts';

type AdminContext = Context<AdminEnv>;

const DAY_MS = 86_400_000;
const DAYS_OF_NAMES = 7;

/** Each site costs two calls between objects, and a request may make 1,000. */
const MOST_SITES = 200;

/** `/v1/admin/search`: one search for everything that has a name or an ID. */
export function adminSearch(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();
  routes.get('/', async (c) => {
    const { q: text } = readQuery(c, SearchQuery);
    const registry = c.env.REGISTRY.getByName('registry');
    const only = c.get('principal').sourceIds;
    const found = await registry.sources({ limit: MOST_SITES + 1, after: undefined, only });
    const sources = found.slice(0, MOST_SITES);
    const every = { limit: Number.MAX_SAFE_INTEGER, after: undefined, sourceId: undefined };
    const bySource = Map.groupBy(await registry.integrations({ ...every, only }), ({ source_id: id }) => id);
    const sites = sources.map((source) => ({ source, integrations: bySource.get(source.id) ?? [] }));
    const hits = await Promise.all(
      sites.map(async (site) => [...settingsHits(text, site), ...(await eventHits(c, text, site))]),
    );
    return c.json({
      ...byKind(inSearchOrder(hits.flat(), text)),
      sources: sources.length,
      has_more_sources: found.length > MOST_SITES,
    });
  });
  return routes;
}

/** Returns the events and deliveries of a site with this ID, and the names of its events. */
async function eventHits(c: AdminContext, text: string, { source, integrations }: SearchedSite): Promise<SearchHit[]> {
  const delivery = parseDeliveryId(text);
  const mappings = integrations.flatMap(({ config }) => config.mappings ?? []);
  const messageIds = await wantedMessageIds(text);
  const eventIds = [
    ...new Set([...wantedEventIds(text, mappings), ...messageIds, ...(delivery ? [delivery.eventId] : [])]),
  ];
  const {
    events,
    names,
    ofOrder = [],
  } = await new SourceStores(c.env, source.id).find({
    messageIds,
    orders: await orderTagsOf(c, text),
    eventIds,
    name: text,
    sinceDay: ledgerDay(Date.now() - DAYS_OF_NAMES * DAY_MS),
    atMost: MOST_HITS + 1,
  });
  const isOfMessage = beginningWithAny(messageIds);
  const isOfEvent = delivery ? beginningWith(text) : beginningWithAny(eventIds);
  return [
    ...events.flatMap((event) => {
      const of = { title: event.event ?? event.type, received_at: event.received_at };
      const isOfOrder = ofOrder.includes(event.seq);
      const own = hit(source, {
        ...of,
        kind: 'event',
        id: event.message_id,
        is_of_order: isOfOrder,
        seq: event.seq,
        state: event.state,
        sentence: event.sentence,
      });
      if (isOfMessage(event.message_id)) return [own];
      const isWanted = (one: EventView['deliveries'][number]): boolean =>
        isOfEvent(delivery ? idOf(one) : one.event_id);
      const deliveries = event.deliveries.filter(isWanted).map((one) =>
        hit(source, {
          ...of,
          kind: 'delivery',
          id: idOf(one),
          integration_id: one.integration_id,
          state: one.state,
          sentence: one.sentence,
        }),
      );
      return isOfOrder ? [own, ...deliveries] : deliveries;
    }),
    ...names.map((name) => hit(source, { kind: 'event_name', id: name, title: name })),
  ];
}

/**
 * Returns the beginnings of the message IDs that a person may be looking for. An ID with personal data in it is stored as
 * a hash, so only the whole ID finds it, in one of the usual spellings.
 */
async function wantedMessageIds(text: string): Promise<string[]> {
  const kept = await Promise.all(
    wholeSpellings(text).map(async (spelling) => {
      const messageId = await keptMessageId(spelling);
      // In an ID that is stored as it is, each spelling is found anyway.
      return messageId === spelling ? text : messageId;
    }),
  );
  return [...new Set(kept)];
}

function beginningWithAny(texts: readonly string[]): (id: string) => boolean {
  const tests = texts.map(beginningWith);
  return (id) => tests.some((isBegun) => isBegun(id));
}

/** Returns the tags of an order with this number, under every key and in the form of older releases too. */
async function orderTagsOf(c: AdminContext, text: string): Promise<string[]> {
  const orders = new Set([orderText(text), olderOrderText(text)].filter((order) => order !== undefined));
  const tagsOf = await orderTagger(keyRingOf(c.env.ENCRYPTION_KEY));
  return (await Promise.all([...orders].map(tagsOf))).flat();
}

function idOf({ conversion_rule_id: rule, event_id: eventId }: EventView['deliveries'][number]): string {
  return deliveryId({ ruleId: ruleNumber(rule), eventId });
}

/** Returns the first hits of each kind, and the kinds that have more. */
function byKind(hits: readonly SearchHit[]): Pick<SearchAnswer, 'data' | 'more'> {
  const groups = Map.groupBy(hits, ({ kind }) => kind);
  return {
    data: [...groups.values()].flatMap((group) => group.slice(0, MOST_HITS)),
    more: SEARCH_KINDS.filter((kind) => (groups.get(kind)?.length ?? 0) > MOST_HITS),
  };
}
