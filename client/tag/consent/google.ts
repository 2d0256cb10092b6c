import { isYes } from '../../../worker/schema/events/consent-value.ts';
import { safely } from '../safely.ts';
import type { ConsentReader } from './consent-reader.ts';

declare global {
  interface Window {
    dataLayer?: unknown;
  }
}

/**
 * Google Consent Mode: reads the `consent` commands in `dataLayer`, as Google documents. `google_tag_data` is internal.
 *
 * A `default` applies until the visitor answers; an `update` is the answer. A default may apply to some regions only, and the
 * page does not know the visitor's region: such a no counts everywhere, and such a yes nowhere.
 *
 * https://developers.google.com/tag-platform/security/guides/consent (read 2026-11)
 */
export const google: ConsentReader = {
  advertising: ['ad_storage', 'ad_user_data'],
  read(onState, { layer = 'dataLayer' }) {
    const defaults = new Map<string, boolean>();
    const chosen = new Map<string, boolean>();

    /** @returns True if the entry was about consent. */
    const take = (entry: unknown): boolean => {
      // gtag pushes its `arguments`, and other code pushes an array. Members are read by index, because an entry may
      // claim an endless length.
      const { 0: command, 1: kind, 2: fields }: Record<number, unknown> = Object(entry);
      if (command !== 'consent' || (kind !== 'default' && kind !== 'update')) return false;
      const { region, ...states }: Record<string, unknown> = { ...Object(fields) };
      for (const [category, state] of Object.entries(states)) {
        if (category === 'wait_for_update') continue;
        const isGranted = isYes(state);
        if (kind === 'update') chosen.set(category, isGranted);
        else if (region === undefined || !isGranted)
          defaults.set(category, isGranted && defaults.get(category) !== false);
      }
      return true;
    };
    const look = () =>
      onState({
        isChosen: chosen.size > 0,
        isGranted: (category) => chosen.get(category) ?? defaults.get(category) ?? false,
      });

    const entries: unknown = Reflect.get(window, layer) ?? [];
    if (!Array.isArray(entries)) return;
    Reflect.set(window, layer, entries);
    if (entries.map(take).includes(true)) look();
    // Sees every push: Google's own script wraps this function.
    const { push } = entries;
    entries.push = (...more: unknown[]) => {
      const length = push.apply(entries, more);
      safely(() => more.map(take).includes(true) && look());
      return length;
    };
  },
};
