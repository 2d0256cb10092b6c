import type { Integration, SecretView } from '../../../worker/schema/settings/integration.ts';
import type { ListedSource } from '../app/told-apart.ts';
import type { Child } from './h.ts';

/** The context that a view is given. */
export type Place = {
  /** Aborts when the view ends. */
  readonly signal: AbortSignal;
  readonly sources: readonly ListedSource[];
  readonly query: URLSearchParams;
  readonly go: (hash: string) => void;
  /** Runs a button's action, and shows its problem if it has one. */
  readonly act: (action: () => Promise<void>) => Promise<void>;
  /** Shows a message, and announces it to screen readers. */
  readonly say: (text: string) => void;
};

export type View = {
  title: string;
  content: readonly Child[];
  started?: () => void;
  /**
   * Shows what the part of the address after `?` selects, such as a story. If it returns false, or a view doesn't have
   * it, the page is drawn again.
   */
  queried?: (query: URLSearchParams) => boolean;
};

/** An integration as the API returns it. Its config only says whether each secret is set. */
export type ShownIntegration = Omit<Integration, 'secrets' | 'config'> & {
  config: Integration['config'] & Record<'access_token' | 'refresh_token' | 'oauth_client_secret', SecretView>;
};
