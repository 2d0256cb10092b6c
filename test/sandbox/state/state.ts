/**
 * The sandbox's whole state of LinkedIn, as plain JSON: `GET /_sandbox/state` shows it and `POST /_sandbox/state`
 * changes it. Names are LinkedIn's own or in snake_case, because people use it with curl.
 */
export type State = {
  /** The sandbox's clock is the machine's plus this. */
  clock_offset_ms: number;
  /** When set, the clock is stopped at this time. */
  frozen_at_ms: number | null;
  /**
   * Each version (`202609`) with the day on which it ends (`2027-09-15`). A version that isn't listed never existed.
   */
  versions: Record<string, string>;
  /** Versions that have ended whatever their day. */
  sunset: string[];
  clients: Record<string, Client>;
  /** Access tokens by their text; every other text is invalid. */
  tokens: Record<string, Token>;
  refresh_tokens: Record<string, RefreshToken>;
  accounts: Record<string, Account>;
  campaigns: Record<string, Campaign>;
  rules: Record<string, Rule>;
  associations: Association[];
  /** Rules and accounts of six digits or more exist without being listed, so that every documented example runs. */
  any_long_id: boolean;
  /** `idType` symbols that LinkedIn once accepted and that the sandbox refuses. */
  refused_id_types: string[];
  max_elements: number;
  rate_limit_per_minute: number;
  rate_limit_per_day: number;
  /** Event IDs that the Insight Tag has sent too; LinkedIn then discards the API's event. */
  insight_tag_event_ids: string[];
  next_rule_id: number;
};

/** An app in LinkedIn's developer portal. */
export type Client = {
  secret: string;
  /** If empty: any https address, and http on this machine. */
  redirect_uris: string[];
  scopes: string[];
};

export type Token = {
  /** The app that it was issued to; null for a token from Campaign Manager, which belongs to none. */
  client_id: string | null;
  member: string;
  scopes: string[];
  issued_at: number;
  /** null: never. */
  expires_at: number | null;
  revoked: boolean;
};

export type RefreshToken = {
  client_id: string;
  member: string;
  scopes: string[];
  issued_at: number;
  revoked: boolean;
};

export type Account = {
  name: string;
  currency: string;
  status: string;
  /** Each member's role; a member who isn't listed can't see the account. */
  roles: Record<string, string>;
};

export type Campaign = { name: string; account: string; status: string; objective: string };

/** A conversion rule with LinkedIn's field names, except that `account` is the bare ID. */
export type Rule = {
  name: string;
  account: string;
  conversionMethod: string;
  type: string;
  enabled: boolean;
  postClickAttributionWindowSize: number;
  viewThroughAttributionWindowSize: number;
  attributionType: string;
  valueType: string;
  created: number;
  lastModified: number;
};

/** The IDs of a campaign and of a rule that counts for it. */
export type Association = { campaign: string; conversion: string };
