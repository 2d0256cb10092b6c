/**
 * What Cloudflare's "Deploy to Cloudflare" button reads. https://developers.cloudflare.com/workers/platform/deploy-buttons/
 * (read 2026-11): wrangler's configuration, `.dev.vars.example`, and `cloudflare.bindings` of package.json.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { Validator } from '@cfworker/json-schema';
import { parse as parseToml } from 'smol-toml';
import { describe, expect, it } from 'vitest';

import { settingsOf } from '../../cli/setup/answers.ts';
import { merged } from '../../cli/setup/own-settings.ts';

const text = (path: string): Promise<string> => readFile(join(import.meta.dirname, '../..', path), 'utf8');

const release = parseToml(await text('wrangler.toml'));
const manifest: {
  scripts: Record<string, string>;
  cloudflare: { bindings: Record<string, { description: string }> };
} = JSON.parse(await text('package.json'));
const secrets = new Map(
  [...(await text('.dev.vars.example')).matchAll(/^(\w+)=(.*)$/gm)].map(([, name = '', value = '']) => [name, value]),
);

describe('the button', () => {
  it('asks for the two secrets, and suggests no value that somebody would deploy', () => {
    expect([...secrets]).toEqual([
      ['ENCRYPTION_KEY', '""'],
      ['ADMIN_TOKEN', '""'],
    ]);
  });

  it('explains everything that it asks for, and nothing else', () => {
    const { vars, kv_namespaces: namespaces } = Object(release);
    const asked = [
      ...secrets.keys(),
      ...Object.keys(vars),
      ...namespaces.map(({ binding }: { binding: string }) => binding),
    ];

    expect(Object.keys(manifest.cloudflare.bindings).toSorted((one, other) => one.localeCompare(other))).toEqual(
      asked.toSorted((one, other) => one.localeCompare(other)),
    );
    for (const { description } of Object.values(manifest.cloudflare.bindings)) expect(description).toMatch(/\.$/);
  });

  it('finds the scripts that it runs', () => {
    expect(manifest.scripts).toMatchObject({ build: expect.any(String), deploy: expect.any(String) });
  });
});

describe('the configuration', () => {
  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['of the release', release],
    ['with a path of a host', withPlace({ kind: 'path', host: 'www.example.com', path: '/_df' })],
    ['with a host of its own', withPlace({ kind: 'host', host: 't.example.com' })],
    ['with workers.dev', withPlace({ kind: 'workers.dev' })],
  ])('%s is what wrangler’s schema says', async (_, config) => {
    const schema: object = JSON.parse(await text('node_modules/wrangler/config-schema.json'));

    const { errors } = new Validator(schema, '7').validate(JSON.parse(JSON.stringify(config)));

    expect(errors).toEqual([]);
  });
});

/** The configuration that a deploy reads after a set-up. */
function withPlace(place: Parameters<typeof settingsOf>[0]): Readonly<Record<string, unknown>> {
  const own: Record<string, unknown> = {};
  for (const [[key = '', inner], value] of settingsOf(place))
    if (inner === undefined) own[key] = value;
    else own[key] = { ...Object(own[key]), [inner]: value };
  return merged(release, own);
}
