/** R1 and R2 in the page: every spelling of an answer, for a category and for everything. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';

import { NO_CALLS, scriptOf, YES_CALLS } from '../../support/consent-sources.ts';
import { parseTemplate } from '../../support/gtm-sandbox.ts';
import { openShop, tag, type Shop } from '../../support/shop.ts';
import {
  CLEAR_NO_SPELLINGS,
  UNCLEAR_OBJECTS,
  UNCLEAR_SPELLINGS,
  YES_SPELLINGS,
} from '../../unit/support/consent-spellings.ts';

const LANDING = '/?li_fat_id=abc123-def456-ghi789';

let shop: Shop;
beforeAll(async () => (shop = await openShop()));
afterEach(async () => shop.clear());
afterAll(async () => shop.close());

const named = () => shop.collector.events().map(({ event, type }) => event ?? type);
const sayings = () => shop.collector.requests.map(({ body }) => body.consent);

describe('an answer in the page', () => {
  it('is a no in every spelling but a clear yes: nothing more is sent, and the cookie is removed', async () => {
    const page = await shop.visit({ path: LANDING, attributes: 'data-consent="required"' });

    const cookies = await page.evaluate<string[]>(scriptOf(NO_CALLS, true));

    const names = named();
    expect(NO_CALLS.filter((_, index) => names.includes(`after ${index}`))).toEqual([]);
    expect(NO_CALLS.filter((_, index) => !names.includes(`before ${index}`))).toEqual([]);
    expect(cookies).toEqual(NO_CALLS.map(() => ''));
    // The collector gets plain true and false.
    for (const said of sayings()) for (const value of Object.values(said ?? {})) expect(typeof value).toBe('boolean');
  });

  it('is a yes in every spelling of a clear one', async () => {
    const page = await shop.visit({ attributes: 'data-consent="required"' });

    await page.evaluate(scriptOf(YES_CALLS, false));

    const names = named();
    expect(YES_CALLS.filter((_, index) => !names.includes(`after ${index}`))).toEqual([]);
    expect(names.filter((name) => name.startsWith('before'))).toEqual([]);
  });

  it.each(['undefined', 'null', '{ advertising: undefined }', '{ analytics: true }', '{}'])(
    "that was a no isn't reopened by %s",
    async (said) => {
      const page = await shop.visit({ path: LANDING });
      await expect.poll(named).toEqual(['page']);

      await page.evaluate(`(async () => {
        _df.consent('denied');
        _df.consent(${said});
        _df.track('Never');
        await _df.flush();
      })()`);

      expect(named()).toEqual(['page']);
      expect(await page.context().cookies()).toEqual([]);
    },
  );

  it('for every category is sent as that, and single categories can be answered after it', async () => {
    const page = await shop.visit({ attributes: 'data-consent="required"' });

    await page.evaluate(`(async () => {
      _df.consent({ analytics: true, advertising: true });
      await _df.flush();
      _df.consent(false);
      await _df.flush();
      _df.consent({ advertising: 'yes', source: 'onetrust' });
      await _df.flush();
      _df.track('Again');
      await _df.flush();
    })()`);

    expect(sayings()).toEqual([
      { analytics: true, advertising: true },
      { '*': false },
      { '*': false, advertising: true, source: 'onetrust' },
    ]);
  });

  it('is recorded by the stub until the tag loads, and applies to earlier calls', async () => {
    shop.collector.scriptDelayMs = 200;
    const early = `<script>_df.track('Never'); _df.consent('denied'); window.early = _df.flush();</script>`;
    const page = await shop.visit({ path: LANDING, head: tag().replace('<script async', `${early}<script async`) });

    await page.evaluate('early');

    expect(named()).toEqual([]);
    expect(sayings()).toEqual([{ '*': false }]);
    expect(await page.context().cookies()).toEqual([]);
  });
});

describe('an answer in the Google Tag Manager template', () => {
  it('is read as everywhere else', async () => {
    const text = await readFile(join(import.meta.dirname, '../../../client/gtm/template.tpl'), 'utf8');
    const { code } = parseTemplate(text);
    const read = (advertising: unknown): unknown => {
      const calls: unknown[] = [];
      const apis: Record<string, unknown> = {
        callInWindow: (_: string, said: unknown) => calls.push(said),
        copyFromWindow: () => () => undefined,
        getType: (value: unknown) => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value),
        makeString: String,
        makeTableMap: () => null,
        templateStorage: { getItem: () => true, setItem: () => undefined },
      };
      // oxlint-disable-next-line no-new-func, no-implied-eval -- running a template's text is what this is for
      new Function('require', 'data', code)((name: string) => apis[name], {
        action: 'consent',
        advertising,
        gtmOnSuccess: () => undefined,
      });
      return calls[0];
    };

    expect(YES_SPELLINGS.map(read)).toEqual(YES_SPELLINGS.map(() => ({ advertising: true })));
    const noes = [...CLEAR_NO_SPELLINGS, ...UNCLEAR_SPELLINGS, ...UNCLEAR_OBJECTS, undefined];
    expect(noes.map(read)).toEqual(noes.map(() => ({ advertising: false })));
  });
});
