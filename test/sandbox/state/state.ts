/**
 * Everything the sandbox believes about LinkedIn, as plain JSON: `GET /_sandbox/state` shows it and
 * `POST /_sandbox/state` changes it. Names are LinkedIn's own or snake_case, because curl is their reader.
 */
export type State = {
  /** The sandbox's clock is the machine's plus this. */
  clock_offset_ms: number;
  /** When set, the clock stands still here. */
  frozen_at_ms: number | null;
  /** Version (`202609`) to the day on which it dies (`2027-09-15`). A version that is not here never was. */
  versions: Record<string, string>;
  /** Versions that are dead whatever their day. */
  sunset: string[];
  clients: Record<string, Client>;
  /** Access tokens by their text; every other text is garbage. */
  tokens: Record<string, Token>;
  refresh_tokens: Record<string, RefreshToken>;
  accounts: Record<string, Account>;
  campaigns: Record<string, Campaign>;
  rules: Record<string, Rule>;
  associations: Association[];
  /** Rules and accounts of six digits or more exist without being listed, so that every documented example runs. */
  any_long_id: boolean;
  /** `idType` symbols that LinkedIn once knew and that the sandbox refuses. */
  refused_id_types: string[];
  max_elements: number;
  rate_limit_per_minute: number;
  rate_limit_per_day: number;
  /** Event ids that the Insight Tag has seen too: LinkedIn then discards the event of the API. */
  insight_tag_event_ids: string[];
  next_rule_id: number;
};

/** An app in LinkedIn's developer portal. */
export type Client = {
  secret: string;
  /** Empty: any https address, and http on this machine. */
  redirect_uris: string[];
  scopes: string[];
};

export type Token = {
  /** The app it was issued to; null for a token from Campaign Manager, which belongs to none. */
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
  /** Member to role; a member who is not here cannot see the account. */
  roles: Record<string, string>;
};

export type Campaign = { name: string; account: string; status: string; objective: string };

/** A conversion rule, in LinkedIn's own words except for `account`, which is the bare id here. */
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

/** Ids of a campaign and of a rule that counts for it. */
export type Association = { campaign: string; conversion: string };
