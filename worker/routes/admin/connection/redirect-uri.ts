import { publicOrigin } from '../../../domain/access/public-origin.ts';
import type { Env } from '../../../env.ts';
import { Problem } from '../../http/problem.ts';

const CALLBACK_PATH = '/oauth/linkedin/callback';

/** The parts of a request to the Worker that are needed here. */
type Asked = { env: Env; req: { url: string } };

/**
 * Returns the address that LinkedIn sends people back to; undefined when the installation's public address is not set.
 */
export function redirectUri(c: Asked): string | undefined {
  const found = publicOrigin({ setting: c.env.PUBLIC_URL, requestUrl: c.req.url });
  if (found.kind !== 'known') return undefined;
  return `${found.origin}${c.env.BASE_PATH.replace(/\/+$/, '')}${CALLBACK_PATH}`;
}

/** @throws Problem public_url_missing, which says what to set. */
export function mustHaveRedirectUri(c: Asked): string {
  const uri = redirectUri(c);
  if (uri === undefined)
    throw new Problem(
      'public_url_missing',
      'Set PUBLIC_URL to the https address of this installation, such as "PUBLIC_URL": "https://t.example.com" under "vars" in wrangler.local.jsonc, and run `npm run deploy`. LinkedIn sends people back to it.',
    );
  return uri;
}
