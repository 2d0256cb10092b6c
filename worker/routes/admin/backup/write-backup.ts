import { signedLine } from '../../../domain/backup/chain.ts';
import type { Env } from '../../../env.ts';
import { vaultName } from '../../../objects/credentials/vault-of.ts';
import { BACKUP_FORMAT } from '../../../schema/backup.ts';
import type { BackupPlace } from '../../../schema/backup.ts';
import { VERSION } from '../../../schema/version.ts';
import { copiedObject, registryOf } from './copied-objects.ts';
import { linesOf } from './lines.ts';

const PAGE = 100;

/**
 * Yields the signed lines of a backup of everything: the alerts, the sources one after the other, then the registry, then the
 * end.
 *
 * The registry comes last. So the backup has the settings for everything that is in the outboxes, and a restored
 * instance becomes visible in one step.
 */
export async function* backupLines(env: Env, key: CryptoKey, madeAt: string): AsyncGenerator<string> {
  let n = 0;
  let mac = '';
  const signed = async (body: string): Promise<string> => {
    const next = await signedLine(key, mac, body);
    ({ mac } = next);
    return next.line;
  };
  const numbered = (members: object): string => {
    n += 1;
    return JSON.stringify({ n, ...members });
  };
  yield signed(numbered({ record: 'begin', format: BACKUP_FORMAT, version: VERSION, made_at: madeAt }));
  for await (const place of places(env)) {
    const records =
      place.object === 'registry' ? await registryOf(env).backup() : await copiedObject(env, place).backup();
    // A record is a JSON object: its place is written before its first member, and nothing of it is parsed.
    for await (const record of linesOf(records)) yield signed(`${numbered(place).slice(0, -1)},${record.slice(1)}`);
  }
  yield signed(numbered({ record: 'end' }));
}

/** Returns every object of the instance, the registry last. */
async function* places(env: Env): AsyncGenerator<Pick<BackupPlace, 'object' | 'name'>> {
  // The alerts store up to which event they have counted each outbox, so the backup must not contain an outbox from
  // before that event.
  yield { object: 'alerts', name: 'alerts' };
  const seen = new Set<string>();
  for (let found = true; found;) {
    found = false;
    // The list is read again if there was a new source, because it may have been created while the others were copied.
    for await (const { id } of sourcesOf(env)) {
      if (seen.has(id)) continue;
      seen.add(id);
      found = true;
      yield { object: 'outbox', name: id };
      yield { object: 'tally', name: id };
      yield { object: 'refusals', name: id };
      yield { object: 'imports', name: id };
      for await (const integration of integrationsOf(env, id))
        yield { object: 'credentials', name: vaultName(integration) };
    }
  }
  yield { object: 'registry', name: 'registry' };
}

export async function* sourcesOf(env: Pick<Env, 'REGISTRY'>): AsyncGenerator<{ id: string }> {
  let after: string | undefined;
  do {
    const page = await registryOf(env).sources({ limit: PAGE, after });
    for (const { id } of page) yield { id };
    after = page.at(-1)?.id;
  } while (after !== undefined);
}

async function* integrationsOf(env: Env, sourceId: string): AsyncGenerator<Parameters<typeof vaultName>[0]> {
  let after: string | undefined;
  do {
    const page = await registryOf(env).integrations({ sourceId, limit: PAGE, after });
    for (const { id, incarnation } of page) yield { id, incarnation };
    after = page.at(-1)?.id;
  } while (after !== undefined);
}
