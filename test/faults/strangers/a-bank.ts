import * as v from 'valibot';
import { vi } from 'vitest';

import { startLocalProduct } from '../../support/local-product.ts';
import type { LocalProduct, Reply } from '../../support/local-product.ts';
import { AVisitor } from './a-visitor.ts';

const WRITE_KEY = 'wk_bank';

/** The customers, numbered from 1. An attacker who counts up guesses all of them. */
export const CUSTOMERS = Array.from({ length: 40 }, (_, index) => index + 1);

const Page = v.object({
  data: v.array(
    v.looseObject({ message_id: v.string(), state: v.string(), reason: v.optional(v.nullable(v.string())) }),
  ),
  next_cursor: v.nullable(v.string()),
});

/**
 * A source whose conversions wait ten hours for an e-mail, so that there is time to attack them. They come from the
 * bank's servers, from its visitors' browsers, and from strangers, who only have the write key.
 */
export class ABank {
  readonly product: LocalProduct;
  readonly #serverKey: string;

  private constructor(product: LocalProduct, serverKey: string) {
    this.product = product;
    this.#serverKey = serverKey;
  }

  static async start(): Promise<ABank> {
    const product = await startLocalProduct();
    await product.admin('/sources', { body: { id: 'src_bank', write_key: WRITE_KEY } });
    await product.admin('/integrations', {
      body: {
        source_id: 'src_bank',
        vendor: 'linkedin',
        name: 'Bank',
        config: {
          account_id: '100',
          access_token: 'tok-ok',
          hold_for_identity_minutes: 600,
          conversion_rule_id: { 'Account Opened': '1001' },
          mappings: [{ trigger: 'type = "identify" and traits.vip = true', conversion_rule_id: '1001' }],
        },
      },
    });
    const { body } = await product.admin('/sources/src_bank/server-keys', { method: 'POST' });
    const bank = new ABank(product, v.parse(v.object({ key: v.string() }), body).key);
    // A new key may take a moment to work.
    await vi.waitFor(
      async () => {
        const statuses = [
          (await bank.server([{ type: 'page' }])).status,
          await bank.visitor().send([{ type: 'page' }]),
        ];
        if (statuses.some((status) => status !== 200))
          throw new Error(`The keys are not known yet: ${statuses.join()}`);
      },
      { timeout: 60_000, interval: 500 },
    );
    return bank;
  }

  /** Sends events from the bank's own servers. */
  server(batch: readonly object[]): Promise<Reply> {
    return this.product.collect({ batch }, { writeKey: this.#serverKey });
  }

  /** A browser on the bank's site, or that of anyone who has read the site's source code. */
  visitor(): AVisitor {
    return new AVisitor(this.product.url, WRITE_KEY);
  }

  /** Returns the states of the events whose ID begins with this. */
  async states(prefix: string): Promise<Record<string, number>> {
    const count: Record<string, number> = {};
    let cursor: string | null = '';
    do {
      const { body } = await this.product.admin(`/sources/src_bank/events?limit=100${cursor && `&cursor=${cursor}`}`);
      const page: v.InferOutput<typeof Page> = v.parse(Page, body);
      for (const { message_id: id, state, reason } of page.data) {
        if (!id.startsWith(prefix)) continue;
        const what = state === 'pending' ? (reason ?? state) : state;
        count[what] = (count[what] ?? 0) + 1;
      }
      cursor = page.next_cursor;
    } while (cursor !== null);
    return count;
  }
}

/** The opening of an account: a conversion. */
export const opened = (messageId: string, over: object = {}): object => ({
  type: 'track',
  event: 'Account Opened',
  messageId,
  ...over,
});

/** An event that refuses consent. */
export const aRefusal = (over: object = {}): object => ({
  type: 'page',
  context: { consent: { categoryPreferences: { advertising: false } } },
  ...over,
});
