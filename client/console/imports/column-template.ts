import type { ImportTemplate } from '../../../worker/schema/imports/import-options.ts';
import { all } from '../app/api.ts';
import { shapeOf } from '../app/response-shape.ts';
import type { Chosen } from './column-choice.ts';

type Template = ImportTemplate & { name: string };

const TEMPLATE = shapeOf<Template>({ name: '' });

/** The longest beginning of the columns' names in a template's name. */
const MAX_NAMES = 80;

/** What was chosen for files with the same columns. */
export type FoundTemplate = Pick<Template, 'date_order' | 'decimal' | 'default_currency' | 'time_zone'> & {
  chosen: Chosen;
};

/**
 * Returns the name of the template for files with these columns: their first names, and a mark that only the same
 * columns in the same order have.
 */
export async function templateName(columns: readonly string[]): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(columns));
  const digest = [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].slice(0, 5);
  // Letters only, because the server masks digits that look like a telephone number.
  const letters = digest.flatMap((byte) => [Math.floor(byte / 16), byte % 16]).map((half) => LETTERS[half]);
  const names = columns
    .slice(0, 3)
    .join(', ')
    .replaceAll(/\p{Cc}/gu, ' ')
    .slice(0, MAX_NAMES)
    .toWellFormed();
  return `${names} (${letters.join('')})`;
}

const LETTERS = 'abcdefghijklmnop';

/** Finds what was chosen before. The source stores it as a template, so it works for everyone who imports here. */
export async function findTemplate(
  sourceId: string,
  name: string,
  signal: AbortSignal,
): Promise<FoundTemplate | undefined> {
  const templates = await all(TEMPLATE, `/sources/${sourceId}/import-templates`, signal);
  const found = templates.find((each) => each.name === name);
  return found && { ...found, chosen: positionsIn(found.columns ?? {}) };
}

/** The console stores positions. A template that the command has changed may have names, which are left out. */
function positionsIn(columns: NonNullable<Template['columns']>): Chosen {
  return Object.fromEntries(
    Object.entries(columns).flatMap(([field, column]): [string, number | number[] | null][] => {
      if (column === null || typeof column === 'number') return [[field, column]];
      if (typeof column === 'string') return [];
      const places = column.filter((place) => typeof place === 'number');
      return places.length === column.length ? [[field, places]] : [];
    }),
  );
}
