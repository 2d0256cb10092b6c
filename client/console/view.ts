import type { Integration, SecretView } from '../../worker/schema/integration.ts';
import type { SourceView } from '../../worker/schema/source.ts';

/** What a view is made for. */
export type Place = {
  /** Ends with the view. */
  readonly signal: AbortSignal;
  readonly sources: readonly SourceView[];
  readonly query: URLSearchParams;
  readonly go: (hash: string) => void;
  /** Does something that a button asks for, and shows the problem if there is one. */
  readonly act: (action: () => Promise<void>) => Promise<void>;
  /** Says something to whoever looks or listens. */
  readonly say: (text: string) => void;
};

export type View = { title: string; content: Node[]; started?: () => void };

/** An integration as the API shows it: its secrets stand in its config, as set or not. */
export type ShownIntegration = Omit<Integration, 'secrets' | 'config'> & {
  config: Integration['config'] & Record<'access_token' | 'refresh_token' | 'oauth_client_secret', SecretView>;
};

/** The answer of `/integrations/{id}/status`. */
export type Status = {
  enabled: boolean;
  warnings: { kind: string; days_left: number; sentence: string }[];
  version: { configured: string; days_left: number | null; newest_known: string };
  token: { set: boolean; renewable: boolean; access_days_left: number | null; reconnect_days_left: number | null };
  limiter: { used_today: number; quota_per_day: number; paused_until: string | null } | null;
  backlog: {
    pending: number;
    held: number;
    dead: number;
    hold: Hold | null;
    rules: { conversion_rule_id: string; waiting: number; dead: number; hold: Hold | null }[];
  };
};
type Hold = { reason: string; sentence: string; since: string };
