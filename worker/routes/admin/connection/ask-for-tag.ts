import { publicOrigin } from '../../../domain/access/public-origin.ts';
import type { TagAnswer } from '../../../domain/zone-findings.ts';
import type { Env } from '../../../env.ts';
import { withinTime } from '../../../linkedin/within-time.ts';

const WITHIN_MS = 3_000;

/**
 * Requests the tag's script from the installation's public address, as a page does. Undefined when the address isn't
 * set, isn't https, or doesn't answer, because on some zones a Worker can't reach itself.
 */
export async function askForTag(env: Env, requestUrl: string): Promise<TagAnswer | undefined> {
  const found = publicOrigin({ setting: env.PUBLIC_URL, requestUrl });
  if (found.kind !== 'known' || !found.origin.startsWith('https:')) return undefined;
  const url = `${found.origin}${env.BASE_PATH.replace(/\/+$/, '')}/df.js`;
  try {
    return await withinTime(WITHIN_MS, async (signal) => {
      const { status, headers, body } = await fetch(url, { redirect: 'manual', signal });
      await body?.cancel();
      return {
        status,
        contentType: headers.get('Content-Type'),
        cacheControl: headers.get('Cache-Control'),
        mitigated: headers.get('cf-mitigated'),
        cacheStatus: headers.get('cf-cache-status'),
      };
    });
  } catch {
    return undefined;
  }
}
