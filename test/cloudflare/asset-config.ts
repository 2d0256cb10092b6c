import * as v from 'valibot';

const rule = v.pipe(v.string(), v.regex(/^!?\/\S*$/), v.maxLength(100));

/** How static files are served. https://developers.cloudflare.com/workers/static-assets/ */
export const AssetConfig = v.strictObject({
  html_handling: v.optional(v.picklist(['auto-trailing-slash', 'force-trailing-slash', 'drop-trailing-slash', 'none'])),
  not_found_handling: v.optional(v.picklist(['none', '404-page', 'single-page-application'])),
  run_worker_first: v.optional(v.union([v.boolean(), v.pipe(v.array(rule), v.maxLength(100))])),
  _headers: v.optional(v.string()),
  _redirects: v.optional(v.string()),
});
export type AssetConfig = v.InferOutput<typeof AssetConfig>;
