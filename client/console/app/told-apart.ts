import type { SourceView } from '../../../worker/schema/settings/source.ts';

/** A source in a list. Of two with the same name, `name` says which it is; `givenName` is what a person entered. */
export type ListedSource = SourceView & { givenName: string };

/** Adds the host or the ID to the names that several sources have, and sorts them by name. */
export function toldApart(sources: readonly SourceView[]): ListedSource[] {
  const namesakes = Map.groupBy(sources, ({ name }) => nameKey(name));
  return sources
    .map((source) => {
      const same = namesakes.get(nameKey(source.name)) ?? [];
      return {
        ...source,
        givenName: source.name,
        name: same.length > 1 ? `${source.name} (${markOf(source, same)})` : source.name,
      };
    })
    .toSorted((one, other) => one.name.localeCompare(other.name, 'en', { numeric: true }));
}

/** Returns the other source that people would take for this one by its name. */
export function namesakeOf(name: string, others: readonly ListedSource[]): ListedSource | undefined {
  return nameKey(name) === '' ? undefined : others.find(({ givenName }) => nameKey(givenName) === nameKey(name));
}

/** Equal for names that look the same in a list. */
export function nameKey(name: string): string {
  return name.normalize('NFKC').trim().replaceAll(/\s+/g, ' ').toLowerCase();
}

/** Returns the source's host, if it tells it apart from its namesakes, and else its ID. */
function markOf(source: SourceView, namesakes: readonly SourceView[]): string {
  const host = hostOf(source);
  const isOnly = namesakes.filter((one) => hostOf(one) === host).length === 1;
  return host !== undefined && isOnly ? host : source.id;
}

function hostOf({ allowed_origins: [origin] }: SourceView): string | undefined {
  return origin?.replace(/^https?:\/\//, '');
}
