/** The public origin of this installation, if it is known. */
export type PublicOrigin =
  | { kind: 'known'; origin: string }
  /** Nothing is configured, and the request's `Host` can't be trusted. */
  | { kind: 'unset' }
  | { kind: 'invalid' };

/**
 * Returns the origin for links that lead back to this installation.
 *
 * The sender of a request chooses its `Host`. With `Host: evil.example`, LinkedIn would send people there. So the
 * setting decides. When it has several origins, the requested one is used. Without a setting, only localhost is
 * accepted, for local runs.
 *
 * @param setting `PUBLIC_URL`: one origin, or several separated by commas.
 */
export function publicOrigin({
  setting = '',
  requestUrl,
}: {
  setting: string | undefined;
  requestUrl: string;
}): PublicOrigin {
  const asked = new URL(requestUrl);
  const entries = setting
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  if (entries.length === 0) return isThisMachine(asked) ? { kind: 'known', origin: asked.origin } : { kind: 'unset' };
  const origins: string[] = [];
  for (const entry of entries) {
    const url = URL.parse(entry);
    if (url === null || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
      return { kind: 'invalid' };
    origins.push(url.origin);
  }
  const [first = ''] = origins;
  return { kind: 'known', origin: origins.find((origin) => origin === asked.origin) ?? first };
}

function isThisMachine({ hostname }: URL): boolean {
  return /^(localhost|.+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}
