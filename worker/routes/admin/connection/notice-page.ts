/** The page's only style. The Content-Security-Policy allows it by its hash, and nothing else. */
const STYLE =
  'a{color:inherit}body{font:1rem/1.6 system-ui,sans-serif;max-width:34rem;margin:15vh auto;padding:0 1.5rem;color:#1c1b1a;background:#fffdfa}' +
  'h1{font-size:1.5rem;line-height:1.3}code{overflow-wrap:anywhere}' +
  '@media(prefers-color-scheme:dark){body{color:#efeae4;background:#1c1b1a}}';

export type Notice = { status: 200 | 400 | 401 | 502; title: string; paragraphs: readonly string[] };

/**
 * Answers with a page for a person: without scripts or external content, and it cannot be framed or stored.
 *
 * @param consoleHref The link back to the console, on this host.
 */
export async function noticePage({ status, title, paragraphs }: Notice, consoleHref: string): Promise<Response> {
  const styleSha256 = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(STYLE)));
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>
<style>${STYLE}</style></head>
<body><main><h1>${escaped(title)}</h1>
${paragraphs.map((paragraph) => `<p>${escaped(paragraph)}</p>`).join('\n')}
<p><a href="${escaped(consoleHref)}">Back to the console</a></p>
</main></body></html>
`;
  return new Response(html, {
    status,
    headers: {
      'Content-Type': 'text/html; charset=utf-8',
      'Content-Security-Policy': `default-src 'none'; style-src 'sha256-${btoa(String.fromCharCode(...styleSha256))}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
      'Cache-Control': 'no-store',
      // The address contains LinkedIn's code.
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
      'Strict-Transport-Security': 'max-age=31536000',
    },
  });
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
