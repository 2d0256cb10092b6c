/**
 * Leaving, as docs/how-to/leave.md describes it: the export has everything, and after the deletion no file has any of
 * it.
 */
import { readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { Writable } from 'node:stream';

import { afterEach, beforeEach, expect, it } from 'vitest';

import { exportSource } from '../../cli/export.ts';
import { Instance } from '../../cli/instance.ts';
import { filesWith } from '../support/files-with.ts';
import { type LocalProduct, startLocalProduct } from '../support/local-product.ts';

let product: LocalProduct;

beforeEach(async () => {
  product = await startLocalProduct();
});
afterEach(() => product.stop());

/** Values that only this source has, by where they came from. They are too long to occur by chance. */
const MARKS = {
  'source name': 'Zebrashop-4711',
  'write key': 'wk_zebra4711zebra4711',
  'integration name': 'Zebraconnection-4711',
  'ad account': '471147114711',
  'name of an event': 'Zebra Ordered 4711',
  'name of a page': 'Zebrapage-4711',
  'ID of an event': 'zebra-order-4711',
  origin: 'https://zebra-4711.example.com',
  'name of a hook': 'Zebracrm-4711',
  'name of an import': 'zebra-file-4711',
} as const;

async function made(path: string, body: object): Promise<object> {
  const { status, body: answer } = await product.admin(path, { body });
  expect({ path, status }).toEqual({ path, status: 201 });
  return Object(answer);
}

async function fill(): Promise<void> {
  await made('/sources', {
    id: 'src_zebra',
    name: MARKS['source name'],
    write_key: MARKS['write key'],
    allowed_origins: [MARKS.origin],
    unknown_consent: 'granted',
  });
  await made('/integrations', {
    id: 'int_zebra',
    source_id: 'src_zebra',
    vendor: 'linkedin',
    name: MARKS['integration name'],
    config: {
      account_id: MARKS['ad account'],
      access_token: 'tok-ok',
      conversion_rule_id: { [MARKS['name of an event']]: '987654' },
    },
  });
  await made('/sources/src_zebra/hooks', {
    name: MARKS['name of a hook'],
    kind: 'salesforce',
    lawful_basis: 'consent',
  });
  const file = await fetch(
    `${product.url}/v1/admin/sources/src_zebra/imports?preview=true&name=${MARKS['name of an import']}`,
    {
      method: 'POST',
      headers: { Authorization: `Bearer ${product.adminToken}`, 'Content-Type': 'text/csv' },
      body: 'email,conversion time,event\njane@example.com,2026-11-20T10:00:00Z,Zebra Ordered 4711\n',
    },
  );
  expect(file.status).toBe(201);
  const anOrder = (messageId: string): object => ({
    type: 'track',
    event: MARKS['name of an event'],
    messageId,
    properties: { email: 'jane@example.com', total: 10, currency: 'EUR' },
  });
  const send = async (batch: object[]): Promise<void> => {
    expect((await product.collect({ batch }, { writeKey: MARKS['write key'] })).status).toBe(200);
  };
  await send([anOrder(MARKS['ID of an event']), { type: 'page', name: MARKS['name of a page'] }]);
  await product.sandbox.waitForEvents(1);
  // This one still waits, with its payload and its key.
  product.sandbox.fault({ status: 503, times: 1_000_000, path: '/rest/conversionEvents' });
  await send([anOrder(`${MARKS['ID of an event']}-waits`)]);
}

/** The files and KV values that have a mark. The Registry is one object for all sources; see `rowsWith`. */
async function filesOfSource(mark: string): Promise<string[]> {
  const files = await filesWith(product.statePath, mark);
  return files
    .map((path) => relative(product.statePath, path))
    .filter((path) => !/-Registry\/|\/miniflare-/.test(path));
}

/** The tables with a row that has a mark, in every database, including the one of KV's keys. */
async function rowsWith(mark: string): Promise<string[]> {
  const files = await readdir(product.statePath, { recursive: true });
  return files
    .filter((path) => path.endsWith('.sqlite'))
    .flatMap((path) => {
      const database = new DatabaseSync(join(product.statePath, path));
      const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all();
      const found = tables.filter(({ name }) => {
        const all = database.prepare(`SELECT * FROM "${String(name)}"`);
        // KV's times are in nanoseconds.
        all.setReadBigInts(true);
        return all.all().some((row) => Object.values(row).some((value) => String(value).includes(mark)));
      });
      database.close();
      return found.map(({ name }) => `${path} ${String(name)}`);
    });
}

it('an export has everything that a person can read, and a deleted source leaves nothing in any file', async () => {
  await fill();
  let text = '';
  const output = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  const instance = new Instance({ DIRECTFLIGHT_URL: product.url, DIRECTFLIGHT_TOKEN: product.adminToken });
  await exportSource(instance, 'src_zebra', output);
  expect(Object.entries(MARKS).filter(([, mark]) => !text.includes(mark))).toEqual([]);

  expect((await product.admin('/integrations/int_zebra?deliveries=discard', { method: 'DELETE' })).status).toBe(204);
  expect((await product.admin('/sources/src_zebra', { method: 'DELETE' })).status).toBe(204);

  await product.kill();
  for (const [what, mark] of Object.entries(MARKS))
    expect({ what, files: await filesOfSource(mark), rows: await rowsWith(mark) }).toEqual({
      what,
      files: [],
      rows: [],
    });
  // The audit log keeps who deleted which source. The alarm deletes the payload keys in KV once more, and then itself.
  expect((await rowsWith('src_zebra')).filter((place) => !/ratelimit|_cf_ALARM/.test(place))).toEqual([
    expect.stringMatching(/-Registry\/.* audit_log$/),
  ]);
});
