/**
 * What a page may write and what it may not, as `tsc -b` sees it: each `@ts-expect-error` fails the check when the
 * line below it compiles after all. Nothing here is run.
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
  // A page's global.
  window._df.track('Lead Generated'),
  _df.track('Lead Generated'),
];

export const refused = (): readonly unknown[] => [
  // @ts-expect-error -- the collector has to know whose event it is
  createTag({ endpoint: '/_df/' }),
  // @ts-expect-error -- a module has no address of its own to find the collector by
  createTag({ writeKey: 'wk_abc123' }),
  // @ts-expect-error -- a misspelt option would change nothing
  createTag({ writeKey: 'wk_abc123', endpoint: '/_df/', cookiedomain: 'a.example' }),
  // @ts-expect-error -- an event needs a name
  df.track(),
  // @ts-expect-error -- a name is text
  df.track(42),
  // @ts-expect-error -- properties are an object, not a value
  df.track('Lead Generated', 500),
  // @ts-expect-error -- an id is text: 1042 and "1042" would be two events
  df.track('Order Completed', {}, { messageId: 1042 }),
  // @ts-expect-error -- a time is a date, a number or text
  df.track('Order Completed', {}, { timestamp: true }),
  // @ts-expect-error -- a conversion rule is named by one number, not by a list
  df.track('Order Completed', {}, { conversionId: [1234567] }),
  // @ts-expect-error -- a user id is text
  df.identify(7),
  // @ts-expect-error -- an answer has no parts of its own
  df.consent({ advertising: { granted: true } }),
  // @ts-expect-error -- it is no list of categories
  df.consent(['advertising']),
  // @ts-expect-error -- it calls back
  df.ready(),
  // @ts-expect-error -- there is no such call
  df.screen('Home'),
];

/** What a helper of one's own may be typed with. */
export const typed = { options: { writeKey: '', endpoint: '' } satisfies TagOptions, call: {} satisfies CallOptions };
