import { api, ApiProblem, send } from '../app/api.ts';
import { shapes } from '../app/response-shapes.ts';

/** How often the list of a source may be changed by others while an origin is added to it. */
const ATTEMPTS = 3;

/**
 * Adds an origin to the current list of a source. If another person changes the list in the meantime, the origin is
 * added to the new one.
 *
 * @throws ApiProblem
 */
export async function allowOrigin(sourceId: string, origin: string, signal?: AbortSignal): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    let version: string | null = null;
    const { allowed_origins: known } = await api(shapes.source, `/sources/${sourceId}`, {
      ...(signal && { signal }),
      onVersion: (etag) => {
        version = etag;
      },
    });
    // An empty list already allows every origin. Adding one would exclude all others.
    if (known.length === 0 || known.includes(origin)) return;
    try {
      await send(`/sources/${sourceId}`, {
        method: 'PATCH',
        ifMatch: version,
        body: { allowed_origins: [...known, origin] },
      });
      return;
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== 412 || attempt === ATTEMPTS) throw error;
    }
  }
}
