import type { LocalProduct, Reply } from '../../support/local-product.ts';

/** A source with a complete integration: a valid token, and enabled rules with campaigns. */
export async function aConnection(
  product: LocalProduct,
  { config = {}, source = {}, ...over }: { config?: object; source?: object } & Record<string, unknown> = {},
): Promise<{
  id: string;
  sourceId: string;
  writeKey: string;
  ask: (path: string, request?: Request) => Promise<Reply>;
}> {
  const made = bodyOf(await product.admin('/sources', { body: source }));
  const sourceId = String(made['id']);
  const { id } = bodyOf(
    await product.admin('/integrations', {
      body: {
        source_id: sourceId,
        config: {
          account_id: '123456789',
          access_token: 'tok-ok',
          refresh_token: 'ref-ok',
          oauth_client_id: 'app-1',
          oauth_client_secret: 'secret-1',
          conversion_rule_id: { 'Order Completed': '987654', 'Lead Generated': '987655' },
          ...config,
        },
        ...over,
      },
    }),
  );
  return {
    id: String(id),
    sourceId,
    writeKey: String(made['write_key']),
    ask: (path, request) => product.admin(`/integrations/${String(id)}${path}`, request),
  };
}

type Request = { method?: string; body?: unknown };

export function bodyOf({ body }: Reply): Record<string, unknown> {
  return Object.fromEntries(Object.entries(Object(body)));
}

/** Returns the items of a list. */
export function dataOf(reply: Reply): Record<string, unknown>[] {
  const { data } = bodyOf(reply);
  return Array.isArray(data) ? data.map((item: unknown) => Object.fromEntries(Object.entries(Object(item)))) : [];
}
