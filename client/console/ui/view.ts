import type { Integration, SecretView } from '../../../worker/schema/settings/integration.ts';
import type { SourceView } from '../../../worker/schema/settings/source.ts';
import type { Child } from './h.ts';

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

export type View = { title: string; content: readonly Child[]; started?: () => void };

/** An integration as the API shows it: its secrets stand in its config, as set or not. */
export type ShownIntegration = Omit<Integration, 'secrets' | 'config'> & {
  config: Integration['config'] & Record<'access_token' | 'refresh_token' | 'oauth_client_secret', SecretView>;
};
