import type { Event } from '../../schema/events/event.ts';
import type { SourceConfig } from '../../schema/settings/source-config.ts';
import { SOURCE_DEFAULTS } from '../../schema/settings/source.ts';
import { isBot } from './bot.ts';
import type { PageVisitor } from './collect-request.ts';
import { isInternal } from './internal-traffic.ts';

/** Checks whether an event is from a bot or internal traffic. A server's event says which browser it is about. */
export function exclusionOf(
  event: Event,
  page: PageVisitor | undefined,
  source: SourceConfig['source'],
): 'bot' | 'internal_traffic' | undefined {
  const { bot_filter, internal_ips, internal_cookie } = { ...SOURCE_DEFAULTS, ...source };
  const { userAgent: told } = event.context;
  const own = typeof told === 'string' ? told : undefined;
  if (isBot(page === undefined ? own : page.userAgent, bot_filter)) return 'bot';
  const visit = { ip: ipOf(event, page), cookies: page?.cookies ?? {} };
  return isInternal(visit, { ips: internal_ips, cookie: internal_cookie }) ? 'internal_traffic' : undefined;
}

/** Returns the visitor's address: as the edge reports it, or as a server's event says. */
export function ipOf(event: Event, page: PageVisitor | undefined): string | undefined {
  if (page !== undefined) return page.ip;
  const { ip } = event.context;
  return typeof ip === 'string' ? ip : undefined;
}
