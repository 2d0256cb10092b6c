import * as v from 'valibot';

import { CURRENCY_CODES } from '../currency-code.ts';
import { NameText } from '../name-text.ts';
import { IMPORT_FIELDS, SEVERAL_COLUMNS } from './import-field.ts';

/** Why the owner may use the people's data. It is asked for once per import, and stored with each event. */
export const LAWFUL_BASES = ['consent', 'legitimate_interest', 'contract'] as const;
export type LawfulBasis = (typeof LAWFUL_BASES)[number];

export const LawfulBasisInput = v.picklist(
  LAWFUL_BASES,
  'expected "consent", "legitimate_interest" or "contract": why you may use this data',
);

/** A column's name as it is in the file, where it may have several lines. */
const ColumnName = v.pipe(v.string(), v.trim(), v.nonEmpty('expected at least one character'), v.maxLength(200));

const json = <Schema extends v.GenericSchema>(schema: Schema, expected: string) =>
  v.pipe(
    v.string(),
    v.rawTransform(({ dataset, addIssue, NEVER }): unknown => {
      try {
        return JSON.parse(dataset.value);
      } catch {
        addIssue({ message: expected });
        return NEVER;
      }
    }),
    schema,
  );

const Column = v.union([ColumnName, v.pipe(v.number(), v.integer(), v.minValue(0))]);

/**
 * Each field's column: its name, or its position from 0; null for a field without a column; a list for fields that
 * several columns may have, in which the first that isn't empty counts, or any that refuses. The columns of other fields
 * are found by their names.
 */
const Columns = v.pipe(
  v.record(
    v.picklist(IMPORT_FIELDS, `expected one of the fields ${IMPORT_FIELDS.join(', ')}`),
    v.nullable(v.union([Column, v.pipe(v.array(Column), v.minLength(1), v.maxLength(50))])),
  ),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const wrong = Object.entries(dataset.value).find(
      ([field, column]) => Array.isArray(column) && !SEVERAL_COLUMNS.some((each) => each === field),
    );
    if (wrong !== undefined)
      addIssue({
        message: `expected one column for ${wrong[0]}: only ${SEVERAL_COLUMNS.join(', ')} may have a list of columns`,
      });
  }),
);

const columnsExpected = 'expected a JSON object such as {"email":"E-Mail","time":"Close date"}';
const eventsExpected = 'expected a JSON object such as {"PURCHASE":"Order Completed"}';

/** The settings that a template stores. A query may override them. */
const lasting = {
  columns: v.exactOptional(
    v.pipe(
      Columns,
      v.check((columns) => Object.keys(columns).length > 0, columnsExpected),
    ),
  ),
  event: v.exactOptional(NameText),
  events: v.exactOptional(v.record(v.string(), NameText)),
  date_order: v.exactOptional(v.picklist(['dmy', 'mdy'], 'expected "dmy" for 28/11/2026, or "mdy" for 11/28/2026')),
  decimal: v.exactOptional(v.picklist(['.', ','], 'expected "." for 1,234.50, or "," for 1.234,50')),
  time_zone: v.exactOptional(
    v.pipe(v.string(), v.check(isTimeZone, 'expected a time zone such as "Europe/Berlin" or "UTC"')),
  ),
  default_currency: v.exactOptional(v.picklist([...CURRENCY_CODES], 'expected a currency such as "EUR"')),
};

export const ImportTemplate = v.object(lasting);
export type ImportTemplate = v.InferOutput<typeof ImportTemplate>;

/** The query of `POST /v1/admin/sources/{id}/imports`. */
export const ImportQuery = v.strictObject({
  ...lasting,
  columns: v.exactOptional(json(lasting.columns.wrapped, columnsExpected)),
  events: v.exactOptional(json(lasting.events.wrapped, eventsExpected)),
  preview: v.exactOptional(
    v.pipe(
      v.picklist(['true', 'false'], 'expected true or false'),
      v.transform((text) => text === 'true'),
    ),
  ),
  lawful_basis: v.exactOptional(LawfulBasisInput),
  /** A name to find it again, such as the file's. */
  name: v.exactOptional(NameText),
  template: v.exactOptional(NameText),
  save_template: v.exactOptional(NameText),
});
export type ImportQuery = v.InferOutput<typeof ImportQuery>;

/** `POST /v1/admin/sources/{id}/imports/{import}/start` */
export const ImportStart = v.strictObject({ lawful_basis: LawfulBasisInput });

function isTimeZone(name: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: name }));
  } catch {
    return false;
  }
}
