import type { Alerts } from './objects/alerts/alerts.ts';
import type { Credentials } from './objects/credentials/credentials.ts';
import type { Imports } from './objects/imports/imports.ts';
import type { Outbox } from './objects/outbox/outbox.ts';
import type { PayloadKeyStore } from './objects/payload-key-store/payload-key-store.ts';
import type { RateLimiter } from './objects/rate-limiter/rate-limiter.ts';
import type { Refusals } from './objects/refusals/refusals.ts';
import type { Registry } from './objects/registry/registry.ts';
import type { Tally } from './objects/tally/tally.ts';

/** The settings and bindings of wrangler.toml, and the secrets; see docs/reference/settings.md. */
export type Env = {
  BASE_PATH: string;
  /** The public addresses of this installation, such as `https://t.example.com`, separated by commas. */
  PUBLIC_URL?: string;
  LINKEDIN_API_URL: string;
  LINKEDIN_AUTH_URL: string;
  ADMIN_TOKEN?: string;
  ENCRYPTION_KEY?: string;
  /** `eu` or `us`: all objects are in this jurisdiction, and no key that decrypts personal data is in KV. */
  JURISDICTION?: string;
  /** Where objects are created, such as `weur`. Without it, they are created near their first caller. */
  LOCATION_HINT?: string;
  /** Cloudflare Access, if it protects the console: the team, the application, and the role of the people it admits. */
  ACCESS_TEAM_DOMAIN?: string;
  ACCESS_AUD?: string;
  ACCESS_ROLE?: string;
  /** "true" only in the local run: `/demo/outcomes` then answers without a token, for the demo's own source. */
  DEMO?: string;
  ASSETS: Fetcher;
  CONFIG: KVNamespace;
  COLLECTOR_LIMIT: RateLimit;
  REGISTRY: DurableObjectNamespace<Registry>;
  OUTBOX: DurableObjectNamespace<Outbox>;
  TALLY: DurableObjectNamespace<Tally>;
  REFUSALS: DurableObjectNamespace<Refusals>;
  IMPORTS: DurableObjectNamespace<Imports>;
  CREDENTIALS: DurableObjectNamespace<Credentials>;
  RATE_LIMITER: DurableObjectNamespace<RateLimiter>;
  ALERTS: DurableObjectNamespace<Alerts>;
  PAYLOAD_KEYS: DurableObjectNamespace<PayloadKeyStore>;
  /** Cloudflare's binding for e-mails. Without it there is no channel of the type email. */
  ALERT_EMAIL?: SendEmail;
};
