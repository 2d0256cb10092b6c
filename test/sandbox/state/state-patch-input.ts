import type { Account, Association, Campaign, Client, RefreshToken, Rule, Token } from './state.ts';

/** An ISO 8601 time, or epoch milliseconds. */
type Instant = string | number;

/** Missing members stay unchanged, and null removes the entry. */
type Entries<Entry> = Record<string, { [Name in keyof Entry]?: Entry[Name] | undefined } | null> | undefined;

/** An account's number, or its URN. */
type OfAccount<Owned> = Omit<Owned, 'account'> & { account: string | number };

type Bulk = { count: number; account?: string | number | undefined } | undefined;

/** A change to the sandbox's state; see docs/reference/sandbox.md. Every member is optional. */
export type StatePatch = {
  now?: Instant | null | undefined;
  clock_offset_ms?: number | undefined;
  frozen?: boolean | undefined;
  versions?: Record<string, string | null> | undefined;
  sunset?: string[] | undefined;
  clients?: Entries<Client>;
  tokens?: Entries<Omit<Token, 'issued_at' | 'expires_at'> & { issued_at: Instant; expires_at: Instant | null }>;
  refresh_tokens?: Entries<Omit<RefreshToken, 'issued_at'> & { issued_at: Instant }>;
  accounts?: Entries<Account>;
  campaigns?: Entries<OfAccount<Campaign>>;
  rules?: Entries<OfAccount<Rule>>;
  associations?: Association[] | undefined;
  any_long_id?: boolean | undefined;
  refused_id_types?: string[] | undefined;
  max_elements?: number | undefined;
  rate_limit_per_minute?: number | undefined;
  rate_limit_per_day?: number | undefined;
  insight_tag_event_ids?: string[] | undefined;
  add_rules?: Bulk;
  add_campaigns?: Bulk;
};
