import type { Context } from 'hono';
import { Hono } from 'hono';
import * as v from 'valibot';

import { FileReader } from '../../../domain/imports/file-reader.ts';
import { otherFile } from '../../../domain/imports/first-row.ts';
import type { ImportRow } from '../../../domain/imports/import-row.ts';
import { withoutPeople } from '../../../domain/privacy/masked-names.ts';
import type { Env } from '../../../env.ts';
import { REPORT_HEADER } from '../../../objects/imports/import-record.ts';
import { ImportQuery, ImportStart, ImportTemplate } from '../../../schema/imports/import-options.ts';
import type { FileColumn, ImportView, MissingColumn } from '../../../schema/imports/import-view.ts';
import { problemSentence } from '../../../schema/imports/row-problem.ts';
import type { FieldProblem } from '../../../schema/problem.ts';
import { ImportsQuery, WholeListQuery } from '../../../schema/queries.ts';
import { keyRingOf } from '../../http/key-ring.ts';
import { newId } from '../../http/new-id.ts';
import { Problem } from '../../http/problem.ts';
import { fileParts } from '../../http/read-file.ts';
import type { AdminEnv } from '../env.ts';
import { page, pageOfAll, readInput } from '../input.ts';
import { readQuery } from '../query.ts';

type AdminContext = Context<AdminEnv>;
type ImportsStub = ReturnType<Env['IMPORTS']['getByName']>;

/** LinkedIn's limit for a file, and room for 20 MB in a wider encoding. https://www.linkedin.com/help/lms/answer/a530615 */
const MAX_ROWS = 300_000;
const MAX_FILE_BYTES = 40 * 1024 * 1024;

/** The rows of a slice: few enough that checking and storing them never keeps the site's events waiting. */
const SLICE_ROWS = 50;

/** About a hundred rows. A network delivers up to a thousand at once, and other requests have their turn in between. */
const PIECE_BYTES = 8 * 1024;

/** `/v1/admin/sources/{id}/imports`: conversions from a file. */
export function adminImports(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();

  routes.get('/:id/imports', async (c) => {
    const imports = await importsOf(c);
    const { limit, cursor } = readQuery(c, ImportsQuery);
    return c.json(page(await imports.list({ limit: limit + 1, before: cursor }), limit));
  });

  routes.get('/:id/import-templates', async (c) => {
    const templates = await (await importsOf(c)).templates();
    const named = templates.map(({ name, body }) => ({ name, ...body }));
    return c.json(pageOfAll(named, readQuery(c, WholeListQuery), ({ name }) => name));
  });

  routes.post('/:id/imports', async (c) => {
    const imports = await importsOf(c);
    if (keyRingOf(c.env.ENCRYPTION_KEY).length === 0)
      throw new Problem(
        'encryption_key_missing',
        'Cannot import: rows are stored encrypted, and ENCRYPTION_KEY is missing.',
      );
    const query = await withTemplate(imports, readQuery(c, ImportQuery));
    const { preview: isPreview = false, lawful_basis: lawfulBasis } = query;
    if (!isPreview && lawfulBasis === undefined) throw noLawfulBasis();
    const parts = fileParts(c.req.raw, { maxBytes: MAX_FILE_BYTES });
    const id = newId('imp');
    const begun = await imports.begin({
      id,
      name: query.name && withoutPeople(query.name),
      event: query.event,
      events: query.events ?? {},
      dateOrder: query.date_order,
      decimal: query.decimal,
      lawfulBasis,
    });
    if (!begun)
      throw new Problem(
        'in_use',
        'Cannot import: 20 other files of this source are being read or imported. Wait until one is done, or cancel one.',
      );
    let columns: FileColumn[];
    try {
      columns = await readInto(imports, id, { query, parts, isNdjson: isNdjson(c.req.raw) });
    } catch (error) {
      await imports.cancel(id);
      throw error;
    }
    await saveTemplate(imports, query);
    if (isPreview) {
      while (await imports.check(id));
      await imports.previewed(id);
      return c.json({ ...(await viewOf(imports, id)), file_columns: columns } satisfies ImportView, 201);
    }
    const started = lawfulBasis === undefined ? undefined : await imports.start(id, lawfulBasis);
    if (started === 'ambiguous_dates' || started === 'ambiguous_amounts') {
      await imports.cancel(id);
      throw ambiguous(started);
    }
    return c.json({ ...(await viewOf(imports, id)), file_columns: columns } satisfies ImportView, 201);
  });

  routes.get('/:id/imports/:import', async (c) => c.json(await viewOf(await importsOf(c), c.req.param('import'))));

  routes.post('/:id/imports/:import/start', async (c) => {
    const imports = await importsOf(c);
    const { lawful_basis: lawfulBasis } = await readInput(c, ImportStart);
    const id = c.req.param('import');
    const started = await imports.start(id, lawfulBasis);
    if (started === 'not_found') throw notFound();
    if (started === 'ambiguous_dates' || started === 'ambiguous_amounts') throw ambiguous(started);
    if (started === 'not_ready')
      throw new Problem(
        'in_use',
        'Cannot start the import: it was already started or cancelled, is more than an hour old, or was replaced by newer previews. Preview the file again.',
      );
    return c.json(await viewOf(imports, id));
  });

  routes.delete('/:id/imports/:import', async (c) => {
    const cancelled = await (await importsOf(c)).cancel(c.req.param('import'));
    if (cancelled === undefined) throw notFound();
    return c.json(cancelled);
  });

  routes.get('/:id/imports/:import/report', async (c) => {
    const imports = await importsOf(c);
    const id = c.req.param('import');
    await viewOf(imports, id);
    return new Response(reportStream(imports, id), {
      headers: {
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': 'attachment; filename="import-report.csv"',
        'Cache-Control': 'no-store',
      },
    });
  });

  return routes;
}

async function importsOf(c: AdminContext): Promise<ImportsStub> {
  const source = await c.env.REGISTRY.getByName('registry').source(c.req.param('id') ?? '');
  if (source === undefined) throw new Problem('not_found', 'No source has this ID');
  return c.env.IMPORTS.getByName(source.id);
}

async function viewOf(imports: ImportsStub, id: string): Promise<ImportView> {
  const view = await imports.view(id);
  if (view === undefined) throw notFound();
  return view;
}

function notFound(): Problem {
  return new Problem('not_found', 'The source has no import with this ID');
}

function invalid(fields: readonly FieldProblem[], extensions: Record<string, unknown> = {}): Problem {
  const [first] = fields;
  const detail = `Cannot use ${first?.pointer.slice(1) ?? 'the query'}: ${first?.detail ?? 'not as expected'}`;
  return new Problem('field_invalid', detail, { fields, extensions });
}

function noLawfulBasis(): Problem {
  return invalid([
    {
      pointer: '/lawful_basis',
      detail: 'expected "consent", "legitimate_interest" or "contract": why you may use this data',
    },
  ]);
}

function ambiguous(what: 'ambiguous_dates' | 'ambiguous_amounts'): Problem {
  if (what === 'ambiguous_amounts')
    return invalid([
      {
        pointer: '/decimal',
        detail: 'expected "." or ",": an amount such as 1.234 may be more than a thousand, or have three decimals',
      },
    ]);
  return invalid([
    { pointer: '/date_order', detail: 'expected "dmy" or "mdy": dates such as 08/11/2026 can be read in two ways' },
  ]);
}

/** Fills in what the query leaves out. */
async function withTemplate(imports: ImportsStub, query: ImportQuery): Promise<ImportQuery> {
  if (query.template === undefined) return query;
  const template = await imports.template(query.template);
  if (template === undefined)
    throw invalid([{ pointer: '/template', detail: 'expected the name of a saved template of this source' }]);
  return { ...template, ...query };
}

async function saveTemplate(imports: ImportsStub, query: ImportQuery): Promise<void> {
  if (query.save_template === undefined) return;
  if (!(await imports.saveTemplate(query.save_template, v.parse(ImportTemplate, query))))
    throw invalid([{ pointer: '/save_template', detail: 'expected at most 50 templates in a source' }]);
}

function isNdjson(request: Request): boolean {
  return /ndjson|jsonl/.test(request.headers.get('Content-Type') ?? '');
}

/**
 * Reads the file as it arrives. The next part is read only when the rows of the last one are on disk.
 *
 * @returns The columns of the file.
 */
async function readInto(
  imports: ImportsStub,
  id: string,
  { query, parts, ...kind }: { query: ImportQuery; parts: AsyncIterable<Uint8Array>; isNdjson: boolean },
): Promise<FileColumn[]> {
  const reader = new FileReader({
    chosen: query.columns,
    dateOrder: query.date_order,
    decimal: query.decimal,
    timeZone: query.time_zone,
    defaultCurrency: query.default_currency,
    ...kind,
  });
  let waiting: ImportRow[] = [];
  let isChecked = false;
  const add = async (rows: readonly ImportRow[], least: number): Promise<void> => {
    mustHaveHeader(reader);
    mustKnowColumns(reader);
    // The first lines of NDJSON may be refused before any of them names a column.
    if (!isChecked && rows.length > 0 && reader.facts.header.length > 0) {
      mustHaveColumns(reader, query);
      isChecked = true;
    }
    if (reader.facts.rows > MAX_ROWS)
      throw new Problem('body_too_large', `Cannot import: the file has more than ${MAX_ROWS} rows. Split it.`);
    waiting.push(...rows);
    while (waiting.length >= least) {
      const kept = await imports.add(id, waiting.slice(0, SLICE_ROWS));
      if (!kept) throw new Problem('in_use', 'Cannot import: the import was cancelled.');
      waiting = waiting.slice(SLICE_ROWS);
    }
  };
  let isStart = true;
  for await (const part of parts) {
    if (isStart) mustBeText(part);
    isStart = false;
    for (let first = 0; first < part.length; first += PIECE_BYTES) {
      await add(await reader.push(part.subarray(first, first + PIECE_BYTES)), SLICE_ROWS);
      await scheduler.wait(0);
    }
  }
  await add(await reader.end(), 1);
  const { facts } = reader;
  if (facts.rows === 0) throw new Problem('body_empty', 'Cannot import: the file has no rows below its header');
  mustHaveColumns(reader, query);
  await imports.finish(id, facts);
  return reader.fileColumns;
}

function mustBeText(start: Uint8Array): void {
  const other = otherFile(start);
  if (other !== undefined) throw new Problem('content_type_unsupported', `Cannot import: ${other}`);
}

/** Without a header, the first person's row would be lost, and their data stored as the names of columns. */
function mustHaveHeader({ dataInHeader: found, headerFault: fault }: FileReader): void {
  if (found === undefined && fault === undefined) return;
  const names = 'the first row must have the names of the columns, but';
  const detail =
    found === undefined
      ? `${names} it can’t be read. ${problemSentence(fault?.code ?? '', fault?.linesBelow)}`
      : `${names} its cell ${found.column} is ${found.holds}. Add a first row such as "email,time,event".`;
  throw new Problem('field_invalid', `Cannot import: ${detail}`, { fields: [{ pointer: '/columns', detail }] });
}

/** A misspelled name must not leave out a column without a message. */
function mustKnowColumns(reader: FileReader): void {
  const { unknownColumn: unknown } = reader;
  if (unknown === undefined) return;
  const { header } = reader.facts;
  const detail = `expected a column of the file, which has no "${unknown.column}". Its columns: ${header.join(', ')}`;
  throw invalid([{ pointer: `/columns/${unknown.field}`, detail }], { header });
}

/** Names the columns that are missing, with the header, so that a person can choose them. */
function mustHaveColumns(
  { facts: { columns, header, ignored = [] }, openDates, fileColumns }: FileReader,
  { event }: ImportQuery,
): void {
  const has = (...fields: (keyof typeof columns)[]): boolean => fields.every((field) => columns[field] !== undefined);
  const identifies =
    has('email') || has('first_name', 'last_name') || has('click_id') || has('lead_id') || has('user_id');
  const addresses = ignored.flatMap(({ field, place }) => (field === 'email' ? [header[place] ?? ''] : []));
  const needs: readonly [MissingColumn, boolean, string][] = [
    [
      'person',
      identifies,
      `email, first_name and last_name, click_id, lead_id or user_id${toChoose(addresses, 'addresses')}`,
    ],
    ['time', has('time'), `time${toChoose(openDates, 'dates')}`],
    ['event', has('event') || event !== undefined, 'event (or choose an event for rows that have none)'],
  ];
  const missing = needs.filter(([, isThere]) => !isThere);
  if (missing.length === 0) return;
  throw invalid(
    [{ pointer: '/columns', detail: `expected a column for ${missing.map(([, , detail]) => detail).join('; for ')}` }],
    {
      missing: missing.map(([need]) => need),
      file_columns: fileColumns,
      header,
      columns: Object.fromEntries(Object.entries(columns).map(([field, place]) => [field, header[place] ?? ''])),
    },
  );
}

/** What a person should know before they choose a column whose name isn't sure. */
const WARNINGS = {
  addresses: 'have e-mail addresses, but may be those of somebody else, such as the owner',
  dates: 'have dates, but may be something else, such as a birthday or the expected end of an open deal',
} as const;

/** A guess could make wins of lost deals, or send the address of a seller, so the person chooses. */
function toChoose(names: readonly string[], kind: keyof typeof WARNINGS): string {
  if (names.length === 0) return '';
  const said = names.length === 1 ? WARNINGS[kind].replace(/^have/, 'has') : WARNINGS[kind];
  return ` (${names.map((name) => `“${name}”`).join(', ')} ${said}: choose ${names.length === 1 ? 'it if it is right' : 'the right one'})`;
}

function reportStream(imports: ImportsStub, id: string): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  let next: number | undefined = 0;
  let isBegun = false;
  return new ReadableStream({
    async pull(controller) {
      let text = isBegun ? '' : REPORT_HEADER;
      isBegun = true;
      // The stream doesn't pull again after a pull that adds nothing, so the answer would never end.
      do {
        const part: Awaited<ReturnType<ImportsStub['report']>> =
          next === undefined ? undefined : await imports.report(id, next);
        text += part?.text ?? '';
        next = part?.next;
      } while (text === '' && next !== undefined);
      if (text !== '') controller.enqueue(encoder.encode(text));
      if (next === undefined) controller.close();
    },
  });
}
