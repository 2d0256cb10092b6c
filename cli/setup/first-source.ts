import { CommandError, Instance } from '../instance.ts';

type Source = { id: string; write_key: string };

/**
 * Returns the instance's first source, for the snippet. If there is none, it is made.
 *
 * @param waitMs How long a token that was stored just now may be refused: a machine may still run the version without it.
 * @param site The origin that may send events, such as `https://www.example.com`. Without it, every origin may.
 * @throws CommandError
 */
export async function firstSource({
  url,
  token,
  site,
  waitMs,
}: {
  url: string;
  token: string;
  site: string | undefined;
  waitMs: number;
}): Promise<Source> {
  const instance = new Instance({ DIRECTFLIGHT_URL: url, DIRECTFLIGHT_TOKEN: token });
  const [source] = await retried(waitMs, () => instance.all<Source>('/sources'));
  const { id, write_key } = source ?? (await created(instance, site));
  return { id, write_key };
}

function created(instance: Instance, site: string | undefined): Promise<Source> {
  return instance.call<Source>(
    'POST',
    '/sources',
    site === undefined ? { name: 'My site' } : { name: new URL(site).host, allowed_origins: [site] },
  );
}

async function retried<Answer>(waitMs: number, ask: () => Promise<Answer>): Promise<Answer> {
  const deadline = performance.now() + waitMs;
  for (;;)
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof CommandError) || performance.now() >= deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
}
