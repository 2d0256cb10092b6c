import { createIsbotFromList, isbot, list } from 'isbot';

import { memoized } from '../memoize.ts';

/**
 * Which visitors count as bots: those that identify themselves (`crawlers`), everything that a program controls too
 * (`automated`), or none.
 */
export type BotFilter = 'crawlers' | 'automated' | 'off';

/**
 * Tools that people test and integrate with. They send events on purpose. So a pattern of `isbot` that matches one of
 * them is used only with `automated`.
 */
const TOOLS = [
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/153.0.0.0 Safari/537.36',
  'node',
  'node-fetch',
  'undici',
  'axios/1.7.2',
  'got (https://github.com/sindresorhus/got)',
  'curl/8.5.0',
  'Wget/1.21',
  'HTTPie/3.2',
  'PostmanRuntime/7.39',
  'python-requests/2.32',
  'Go-http-client/2.0',
  'okhttp/4.12',
  'Java/17.0.1',
  'Ruby',
  'GuzzleHttp/7',
  'Apache-HttpClient/4.5',
  'Deno/2.1',
  'Bun/1.1',
  'analytics-node/2.1',
];

/**
 * The number of memoized user agents. Most visitors use one of a few browsers. Longer user agents are not stored,
 * because a part of a text may keep the whole text in memory.
 */
const KNOWN_USER_AGENTS = { maxTexts: 250, maxChars: 256 };

const isCrawler = memoized(
  createIsbotFromList(list.filter((pattern) => !TOOLS.some((userAgent) => new RegExp(pattern, 'i').test(userAgent)))),
  KNOWN_USER_AGENTS,
);
const isAutomated = memoized(isbot, KNOWN_USER_AGENTS);

/** Longer than any browser's user agent. The rest is ignored. */
const MAX_USER_AGENT_CHARS = 512;

/** Checks whether a user agent is a bot's. A missing one is not, because servers send none. */
export function isBot(userAgent: string | undefined, filter: BotFilter): boolean {
  if (userAgent === undefined || filter === 'off') return false;
  const text = userAgent.slice(0, MAX_USER_AGENT_CHARS);
  return filter === 'automated' ? isAutomated(text) : isCrawler(text);
}
