import type { FileColumn, ImportView, MissingColumn } from '../../../worker/schema/imports/import-view.ts';
import { api, ApiProblem } from '../app/api.ts';
import { hasShape, shapeOf } from '../app/response-shape.ts';
import { texts } from '../texts.ts';
import type { Chosen } from './column-choice.ts';
import { findTemplate, templateName, type FoundTemplate } from './column-template.ts';
import { IMPORT } from './earlier-imports.ts';

/** What is said beside the columns, by the API's names. Empty: not chosen. */
export type FileAnswers = Readonly<
  Record<'event' | 'date_order' | 'decimal' | 'default_currency' | 'time_zone', string>
>;

type Columns = { file_columns: readonly FileColumn[]; columns: Readonly<Record<string, string>> };

/** What the API says about a file: a preview, which columns it lacks, or why it can't be read. */
export type Checked =
  | ({ kind: 'preview'; view: ImportView } & Columns)
  | ({ kind: 'lacking'; missing: readonly MissingColumn[] } & Columns)
  | { kind: 'unusable'; why: string };

type Lacking = Columns & { missing: readonly MissingColumn[] };
const LACKING = shapeOf<Lacking>({
  missing: [''],
  file_columns: [{ column: '', samples: [''] }],
  columns: {},
});

/** A file that was chosen. It is uploaded again for each preview. */
export class FileCheck {
  readonly file: File;
  readonly #sourceId: string;
  /** The template for files with these columns. Known after the first answer. */
  #template: { name: string; isStored: boolean } | undefined;

  constructor(sourceId: string, file: File) {
    this.#sourceId = sourceId;
    this.file = file;
  }

  /**
   * Uploads the file, and stores what was chosen for files with the same columns.
   *
   * @throws ApiProblem if the problem isn't about the file, such as a lost connection.
   */
  async check(answers: FileAnswers, { chosen, signal }: { chosen: Chosen; signal: AbortSignal }): Promise<Checked> {
    const name = this.file.name.replaceAll(/\p{Cc}/gu, ' ').slice(0, 200);
    const query = new URLSearchParams({ preview: 'true', name });
    for (const [field, answer] of Object.entries(answers)) if (answer !== '') query.set(field, answer);
    const hasChosen = Object.keys(chosen).length > 0;
    if (hasChosen) query.set('columns', JSON.stringify(chosen));
    // The suggestions replace an earlier choice too.
    const template = hasChosen || this.#template?.isStored === true ? this.#template : undefined;
    if (template !== undefined) query.set('save_template', template.name);
    const upload = async (): Promise<ImportView> =>
      api(IMPORT, `/sources/${this.#sourceId}/imports?${query.toString()}`, { file: this.file, signal });
    try {
      const view = await upload();
      if (template !== undefined) template.isStored = true;
      return { kind: 'preview', view, file_columns: view.file_columns ?? [], columns: view.columns };
    } catch (error) {
      if (!(error instanceof ApiProblem)) throw error;
      if (error.fields.some(({ pointer }) => pointer === '/save_template')) {
        // The site has as many templates as it may have. The import works without one.
        this.#template = undefined;
        return this.check(answers, { chosen, signal });
      }
      return problemOf(error);
    }
  }

  /** Returns what was chosen before for a file with these columns, if anything was. Called once, after the first answer. */
  async chosenBefore(columns: readonly FileColumn[], signal: AbortSignal): Promise<FoundTemplate | undefined> {
    const name = await templateName(columns.map(({ column }) => column));
    const found = await findTemplate(this.#sourceId, name, signal);
    this.#template = { name, isStored: found !== undefined };
    return found;
  }

  /** Whether what is chosen will be there for the next file with the same columns. */
  get isRemembered(): boolean {
    return this.#template?.isStored === true;
  }
}

const NEEDS: readonly MissingColumn[] = ['person', 'time', 'event'];

function problemOf(error: ApiProblem): Checked {
  const columns = error.fields.find(({ pointer }) => pointer.startsWith('/columns'));
  if (columns === undefined) throw error;
  const { body } = error;
  if (!hasShape<Lacking>(body, LACKING)) return { kind: 'unusable', why: texts.form.problem(columns.detail) };
  return { kind: 'lacking', ...body, missing: NEEDS.filter((each) => body.missing.includes(each)) };
}
