import { searchForm } from './search-form.ts';

/**
 * Returns a test for IDs that begin with a text, or with the same text in another spelling. A text may end within an
 * escape or before an accent, so its own spelling is compared too.
 */
export function beginningWith(text: string): (id: string) => boolean {
  const form = searchForm(text);
  // A text of invisible characters would begin everything.
  return (id) => id.startsWith(text) || (form !== '' && searchForm(id).startsWith(form));
}
