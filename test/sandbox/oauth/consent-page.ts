import type { AuthorizationRequest } from './authorization.ts';

/** Builds the page on which a member allows the app's request: a form that works without script. */
export function consentPage({ clientId, redirectUri, state, scopes }: AuthorizationRequest): string {
  const hidden = Object.entries({
    response_type: 'code',
    client_id: clientId,
    redirect_uri: redirectUri,
    state,
    scope: scopes.join(' '),
  }).map(([name, value]) => `<input type="hidden" name="${name}" value="${escaped(value)}">`);
  return page(
    'Allow access? · LinkedIn sandbox',
    `<h1>${escaped(clientId)} would like to</h1>
<ul>${scopes.map((scope) => `<li>${escaped(SCOPE_MEANINGS[scope] ?? scope)} <code>${escaped(scope)}</code></li>`).join('')}</ul>
<p>as <strong>Sam Sandbox</strong>, Campaign Manager of Acme. Afterwards you go back to <code>${escaped(new URL(redirectUri).host)}</code>.</p>
<form method="post" action="/oauth/v2/authorization">${hidden.join('')}
<button name="decision" value="allow" class="primary">Allow</button>
<button name="decision" value="cancel">Cancel</button></form>`,
  );
}

/** Builds the page on which LinkedIn reports an invalid request by the app. */
export const errorPage = (reason: string): string =>
  page('Error · LinkedIn sandbox', `<h1>Bummer, something went wrong.</h1><p>${escaped(reason)}</p>`);

const SCOPE_MEANINGS: Readonly<Record<string, string>> = {
  r_ads: 'see your ad accounts',
  rw_ads: 'manage your ad accounts',
  rw_conversions: 'manage conversions and send events',
  r_liteprofile: 'see your name and picture',
  r_basicprofile: 'see your profile',
};

const page = (title: string, body: string): string => `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${title}</title>
<link rel="icon" href="data:,"><style>
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{display:grid;place-items:center;min-height:100vh;margin:0;background:light-dark(#f3f2ef,#14171a)}
main{width:min(30rem,calc(100vw - 2rem));box-sizing:border-box;padding:2rem;border-radius:12px;background:light-dark(#fff,#1d2226);box-shadow:0 1px 12px #0002}
h1{margin:0 0 1rem;font-size:1.3rem}code{font-size:.85em;opacity:.7}form{display:flex;gap:.75rem;margin-top:1.5rem}
button{flex:1;padding:.7rem;border:1px solid #0a66c2;border-radius:99px;background:none;color:light-dark(#0a66c2,#70b5f9);font:inherit;font-weight:600;cursor:pointer}
button.primary{background:#0a66c2;color:#fff}small{display:block;margin-top:1.5rem;opacity:.7}
</style></head><body><main>${body}<small>This is the local sandbox, not LinkedIn: nothing leaves this machine.</small></main></body></html>`;

const escaped = (text: string): string => text.replace(/[&<>"']/g, (char) => `&#${char.codePointAt(0)};`);
