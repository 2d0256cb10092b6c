import { expect, it } from 'vitest';

import { ImportTables } from '../../../worker/objects/imports/import-tables.ts';
import { IMPORTS_MIGRATIONS } from '../../../worker/objects/imports/imports-schema.ts';
import { migrate } from '../../../worker/objects/sql.ts';
import { memoryDatabase, onStatement } from '../simulation/memory-database.ts';

it.each(['unchecked', 'unstored', 'refusing'] as const)(
  'the next %s slice of an import is found without reading the slices that are left',
  (which) => {
    const database = memoryDatabase();
    migrate(database, IMPORTS_MIGRATIONS);
    const queries: string[] = [];
    const stop = onStatement((query) => queries.push(query));
    new ImportTables(database.sql).nextSlice('import', which);
    stop();
    const plans = queries.flatMap((query) =>
      database.sql
        .exec<{ detail: string }>(`EXPLAIN QUERY PLAN ${query}`, ...(query.includes('?') ? ['import'] : []))
        .toArray(),
    );

    expect(plans.map(({ detail }) => detail)).toEqual([`SEARCH slices USING INDEX slices_${which} (import_id=?)`]);
  },
);
