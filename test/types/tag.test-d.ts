/**
 * What a page may and may not write, according to `tsc -b`. Each `@ts-expect-error` fails the check when the line below
 * it compiles after all. The code is never run.
 */
import { createTag, type CallOptions, type Tag, type TagOptions } from '../../client/tag/tag.ts';
import '../../client/global.d.ts';

declare const df: Tag;

export const accepted = (): readonly unknown[] => [
  createTag({ writeKey: 'wk_abc123', endpoint: '/_df/' }),
  createTag({
    writeKey: 'wk_abc123',
    endpoint: '/_df/',
    consent: 'required',
    page: 'manual',
    cookieDomain: 'a.example',
  }),
  df.track('Lead Generated') satisfies string,
  df.track('Lead Generated', { value: 500, currency: 'USD' }, { messageId: 'order-1', timestamp: new Date() }),
  df.track('Lead Generated', undefined, { timestamp: 1_700_000_000 }),
  df.track('Lead Generated', {}, { timestamp: '2026-11-21T10:00:00.100Z' }),
  df.track('Lead Generated', {}, { conversionId: 1234567 }),
  df.page() satisfies string,
  df.page('Pricing', { plan: 'team' }),
  df.identify('user-1', { email: 'john.doe@example.com' }),
  df.identify({ email: 'john.doe@example.com' }),
  df.consent({ advertising: true, analytics: false }),
  df.consent({ advertising: 'granted', analytics: undefined }),
  df.consent('denied'),
  df.consent(false),
  df.reset(),
  df.flush() satisfies Promise<void>,
  df.ready((tag) => tag.track('Ready')),
  // The page's global.
  window._df.track('Lead Generated'),
  _df.track('Lead Generated'),
];

export const refused = (): readonly unknown[] => [
  // @ts-expect-error -- the collector needs the write key
  createTag({ endpoint: '/_df/' }),
  // @ts-expect-error -- a module has no address to find the collector by
  createTag({ writeKey: 'wk_abc123' }),
  // @ts-expect-error -- a misspelt option would have no effect
  createTag({ writeKey: 'wk_abc123', endpoint: '/_df/', cookiedomain: 'a.example' }),
  // @ts-expect-error -- an event needs a name
  df.track(),
  // @ts-expect-error -- a name is text
  df.track(42),
  // @ts-expect-error -- properties are an object, not a value
  df.track('Lead Generated', 500),
  // @ts-expect-error -- an ID is text: 1042 and "1042" would be two events
  df.track('Order Completed', {}, { messageId: 1042 }),
  // @ts-expect-error -- a time is a date, a number or text
  df.track('Order Completed', {}, { timestamp: true }),
  // @ts-expect-error -- a conversion rule is one number, not a list
  df.track('Order Completed', {}, { conversionId: [1234567] }),
  // @ts-expect-error -- a user ID is text
  df.identify(7),
  // @ts-expect-error -- a category's answer isn't an object
  df.consent({ advertising: { granted: true } }),
  // @ts-expect-error -- consent isn't a list of categories
  df.consent(['advertising']),
  // @ts-expect-error -- it needs a callback
  df.ready(),
  // @ts-expect-error -- this method doesn't exist
  df.screen('Home'),
];

/** The types that a customer's helper can use. */
export const typed = { options: { writeKey: '', endpoint: '' } satisfies TagOptions, call: {} satisfies CallOptions };
