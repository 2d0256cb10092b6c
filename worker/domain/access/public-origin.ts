/** Where this installation is reached, as far as it can be known. */
export type PublicOrigin =
  | { kind: 'known'; origin: string }
  /** Nobody has said it, and the request may have been sent by anybody under any name. */
  | { kind: 'unset' }
  | { kind: 'invalid' };

/**
 * Says under which origin people are to come back, for addresses that leave the installation.
 *
 * The `Host` of a request is the sender's word: whoever sends `Host: evil.example` would else get a LinkedIn address that
 * leads there. So the setting says it; of several, the one that was asked counts. Without a setting only this machine is
 * believed, for the local run.
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
