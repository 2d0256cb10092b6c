/**
 * What wrangler uploads as the main module, as it is. On Cloudflare, `./worker/index.js` is the module that
 * `scripts/build-worker.ts` bundled (`base_dir` in wrangler.toml). Here it is `index.ts`, for whatever bundles this file.
 */
export {
  Alerts,
  Credentials,
  Imports,
  Outbox,
  PayloadKeyStore,
  RateLimiter,
  Refusals,
  Registry,
  Tally,
  default,
} from './worker/index.js';
