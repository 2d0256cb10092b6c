import type { AlertChannelView } from '../../../worker/schema/alerts/alert-channel.ts';
import type { SourceView } from '../../../worker/schema/settings/source.ts';
import { api, send } from '../app/api.ts';
import { saveOrChoose, type Setting, type Values } from '../conflict/save-or-choose.ts';
import { asChoice, asText, asYesNo } from '../conflict/settings.ts';
import { texts } from '../texts.ts';
import { CHANNEL } from './incidents.ts';

const t = texts.alerts;

/** A channel, and the version of it that was read. */
export type ReadChannel = { channel: AlertChannelView; version: string | null };

export async function readChannel(id: string, signal?: AbortSignal): Promise<ReadChannel> {
  let version: string | null = null;
  const channel = await api(CHANNEL, `/alert-channels/${id}`, {
    ...(signal && { signal }),
    onVersion: (etag) => (version = etag),
  });
  return { channel, version };
}

/**
 * Saves a channel, or asks which version to save if another person has changed it.
 *
 * @param mine All settings, with the parts of a new address, if there is one, under `address`.
 */
export async function saveChannel(
  { channel, version }: ReadChannel,
  mine: Values,
  sources: readonly SourceView[],
): Promise<void> {
  await saveOrChoose({
    settings: settingsOf(sources),
    base: valuesOf(channel),
    version,
    mine: { ...valuesOf(channel), ...mine },
    read: async () => {
      const now = await readChannel(channel.id);
      return { values: valuesOf(now.channel), version: now.version, changedAt: now.channel.updated_at };
    },
    save: ({ address, ...settings }, ifMatch) =>
      send(`/alert-channels/${channel.id}`, {
        method: 'PATCH',
        ifMatch,
        // The stored address is not shown, so it can't be sent again: only its host is known here.
        body: { ...settings, ...(typeof address === 'object' && address) },
      }),
  });
}

function settingsOf(sources: readonly SourceView[]): readonly Setting[] {
  const nameOf = (id: unknown): string => sources.find((source) => source.id === id)?.name ?? String(id);
  return [
    asText('name', t.name),
    { key: 'address', label: t.address, show: (value) => (typeof value === 'string' ? value : t.newAddress) },
    {
      key: 'source_ids',
      label: t.which,
      show: (ids) => (Array.isArray(ids) ? ids.map(nameOf).join('\n') : t.allSites),
    },
    asChoice('min_severity', t.severity, t.minimums),
    { key: 'quiet_hours', label: t.quiet, show: quietText },
    asText('time_zone', t.zone),
    asChoice('digest', t.digest, t.digests),
    asYesNo('enabled', t.enabled),
  ];
}

function quietText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return t.digests.none;
  const { from, to, critical_too: isCriticalToo }: Record<string, unknown> = { ...value };
  return `${t.quietTimes(String(from), String(to))}${isCriticalToo === true ? `. ${t.quietCritical}` : ''}`;
}

function valuesOf(channel: AlertChannelView): Values {
  const { name, address, source_ids, min_severity, quiet_hours, time_zone, digest, enabled } = channel;
  return { name, address, source_ids, min_severity, quiet_hours, time_zone, digest, enabled };
}
