import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, beforeEach, describe, expect, it } from 'vitest';

import { hostIn, pathIn, placeIn, placeOfSettings, settingsOf, varsIn } from '../../../cli/setup/answers.ts';
import { merged, OWN_SETTINGS, readOwnSettings, writeOwnSettings } from '../../../cli/setup/own-settings.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'directflight-settings-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('a user’s own settings', () => {
  it.each<[string, object, object, object]>([
    ['replace a value', { name: 'a' }, { name: 'b' }, { name: 'b' }],
    [
      'leave the release’s other values',
      { vars: { A: '1', B: '2' } },
      { vars: { B: '3' } },
      { vars: { A: '1', B: '3' } },
    ],
    [
      'complete a binding, and leave those that the release adds',
      { kv_namespaces: [{ binding: 'CONFIG' }, { binding: 'NEW' }] },
      { kv_namespaces: [{ binding: 'CONFIG', id: '1' }] },
      { kv_namespaces: [{ binding: 'CONFIG', id: '1' }, { binding: 'NEW' }] },
    ],
    ['replace lists without names', { routes: ['a/*'] }, { routes: ['b/*'] }, { routes: ['b/*'] }],
    ['have no schema of their own', { name: 'a' }, { $schema: 'x' }, { name: 'a' }],
  ])('%s', (_, release, own, result) => {
    expect(merged({ ...release }, { ...own })).toEqual(result);
  });

  it('keep the comments of a person when a value changes', async () => {
    await writeFile(join(folder, OWN_SETTINGS), '{\n  // mine\n  "vars": { "A": "1" }, // too\n}\n');

    await writeOwnSettings(folder, [
      [['vars', 'B'], '2'],
      [['vars', 'A'], undefined],
    ]);

    const text = await readFile(join(folder, OWN_SETTINGS), 'utf8');
    expect(text).toContain('// mine');
    expect(text).toContain('// too');
    expect(await readOwnSettings(folder)).toEqual({ vars: { B: '2' } });
  });

  it('are none before the first set-up', async () => {
    expect(await readOwnSettings(folder)).toBeUndefined();
  });

  it.each([
    ['{\n "a": \n}', /in line 3/],
    ['[]', /Expected an object/],
    ['{ "compatibility_date": "2020-01-01" }', /Remove "compatibility_date"/],
    ['{ "exports": {} }', /Remove "exports"/],
  ])('are refused with the reason: %s', async (text, words) => {
    await writeFile(join(folder, OWN_SETTINGS), text);

    await expect(readOwnSettings(folder)).rejects.toThrow(words);
  });
});

describe('the place', () => {
  it.each<[object, object]>([
    [{ host: 'www.example.com' }, { kind: 'path', host: 'www.example.com', path: '/_df' }],
    [
      { host: 'https://WWW.example.com/', path: 'track/' },
      { kind: 'path', host: 'www.example.com', path: '/track' },
    ],
    [
      { host: 't.example.com', path: '/' },
      { kind: 'host', host: 't.example.com' },
    ],
    [
      { host: 't.example.com', path: '' },
      { kind: 'host', host: 't.example.com' },
    ],
    [{ workersDev: true }, { kind: 'workers.dev' }],
  ])('of %o is read', async (options, place) => {
    const read = placeIn(options);

    expect(read).toEqual(place);
    if (read !== undefined) await writeOwnSettings(folder, settingsOf(read));
    // A second run finds it.
    expect(placeOfSettings(await readOwnSettings(folder))).toEqual(place);
  });

  it('changes without a trace of the one before', async () => {
    await writeOwnSettings(folder, settingsOf({ kind: 'path', host: 'www.example.com', path: '/_df' }));
    await writeOwnSettings(folder, settingsOf({ kind: 'host', host: 't.example.com' }));

    expect(await readOwnSettings(folder)).toMatchObject({
      routes: [{ pattern: 't.example.com', custom_domain: true }],
      vars: { BASE_PATH: '', PUBLIC_URL: 'https://t.example.com' },
    });
  });

  it.each([
    [{ host: 'localhost' }],
    [{ host: 'www.example.com/shop' }],
    [{ host: 'www.example.com:8080' }],
    [{ host: 'a b.example.com' }],
    [{ host: 'www.example.com', path: '/a b' }],
    [{ host: 'www.example.com', path: '/?a' }],
    [{ host: 'www.example.com', workersDev: true as const }],
    [{ path: '/_df' }],
  ])('of %o is refused', (options) => {
    expect(() => placeIn(options)).toThrow(/Expected|either|needs/);
  });

  it('is read as people type it', () => {
    expect(['example.com', ' https://www.example.com '].map(hostIn)).toEqual(['example.com', 'www.example.com']);
    expect(['_df', '//_df//', '/a/b', '/'].map(pathIn)).toEqual(['/_df', '/_df', '/a/b', '']);
  });
});

describe('settings as options', () => {
  it('are read with everything after the first =', () => {
    expect(varsIn({ var: ['A_URL=https://x/?a=b', 'EMPTY='] })).toEqual([
      ['A_URL', 'https://x/?a=b'],
      ['EMPTY', ''],
    ]);
  });

  it.each(['A', 'a=1', '=1', 'ADMIN_TOKEN=x'])('are refused: %s', (text) => {
    expect(() => varsIn({ var: [text] })).toThrow(/Expected|secret/);
  });
});
