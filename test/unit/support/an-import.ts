import { vi, expect } from 'vitest';

import type { ImportView } from '../../../worker/schema/imports/import-view.ts';
import { admin } from './api.ts';
import type { MadeSource } from './api.ts';

/** Uploads a file as a preview, by default with the event `Won`. @throws With the answer, if the file is refused. */
export async function aPreview(
  source: MadeSource,
  file: readonly string[] | string,
  query: Readonly<Record<string, string>> = {},
): Promise<ImportView> {
  const search = new URLSearchParams({ preview: 'true', event: 'Won', ...query }).toString();
  const response = await admin(`/sources/${source.id}/imports?${search}`, {
    body: typeof file === 'string' ? file : file.join('\n'),
    headers: { 'Content-Type': 'text/csv' },
  });
  if (response.status !== 201) throw new Error(await response.text());
  return response.json<ImportView>();
}

/** Starts a previewed import, and returns it when it is done. */
export async function started(source: MadeSource, { id }: ImportView): Promise<ImportView> {
  const path = `/sources/${source.id}/imports/${id}`;
  await admin(`${path}/start`, { body: { lawful_basis: 'legitimate_interest' } });
  return vi.waitFor(
    async () => {
      const view = await (await admin(path)).json<ImportView>();
      expect(view.state).toBe('done');
      return view;
    },
    { timeout: 40_000, interval: 20 },
  );
}
