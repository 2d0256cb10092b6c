import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

import * as v from 'valibot';

import type { Account, Assets } from './account.ts';
import { AssetConfig } from './asset-config.ts';
import { CODE, invalid, Refusal } from './refusal.ts';

/** Limits of the free plan. https://developers.cloudflare.com/workers/platform/limits/#static-assets */
const MAX_FILES = 20_000;
const MAX_FILE_BYTES = 25 * 1024 * 1024;
/** https://developers.cloudflare.com/workers/static-assets/direct-upload/ */
const SESSION_SECONDS = 3600;

const Manifest = v.record(
  v.pipe(v.string(), v.startsWith('/')),
  v.strictObject({
    hash: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
    size: v.pipe(v.number(), v.integer(), v.maxValue(MAX_FILE_BYTES)),
  }),
);
type Manifest = v.InferOutput<typeof Manifest>;

const Uploaded = v.strictObject({ jwt: v.string(), config: AssetConfig });

/**
 * Uploads of static files. A manifest lists the files, the missing ones are sent, and with the token of the last
 * answer, the script's upload proves that all have arrived.
 */
export class AssetSessions {
  readonly #key = randomBytes(32);

  /** Answers a manifest with the files that have to be sent, and a token for sending them. */
  begin(account: Account, scriptName: string, body: unknown) {
    const parsed = v.safeParse(v.strictObject({ manifest: Manifest }), body);
    if (!parsed.success) throw invalid(`Invalid manifest: ${v.summarize(parsed.issues)}`);
    const { manifest } = parsed.output;
    if (Object.keys(manifest).length > MAX_FILES) throw invalid(`More than ${MAX_FILES} assets`);
    const missing = [...new Set(Object.values(manifest).map(({ hash }) => hash))].filter(
      (hash) => !account.uploads.has(hash),
    );
    return {
      jwt: this.#signed({ scriptName, manifest }),
      buckets: missing.length === 0 ? [] : [missing],
    };
  }

  /** Keeps sent files, and returns a token of completion when none is missing. */
  async receive(account: Account, token: string, form: FormData): Promise<{ jwt: string | null }> {
    const session = this.#opened(token);
    const sizes = new Map(Object.values(session.manifest).map(({ hash, size }) => [hash, size]));
    for (const [hash, file] of form) {
      if (typeof file === 'string') throw invalid(`Expected a file for ${hash}`);
      const content = Buffer.from(await file.text(), 'base64');
      if (sizes.get(hash) !== content.length)
        throw invalid(`Asset ${hash} is not in the manifest with ${content.length} bytes`);
      account.uploads.set(hash, content);
    }
    const isComplete = [...sizes.keys()].every((hash) => account.uploads.has(hash));
    return { jwt: isComplete ? this.#signed(session) : null };
  }

  /** Checks the part of a script's upload that names its files. */
  attached(account: Account, scriptName: string, uploaded: unknown): Assets {
    const parsed = v.safeParse(Uploaded, uploaded);
    if (!parsed.success) throw invalid(`Invalid assets: ${v.summarize(parsed.issues)}`);
    const session = this.#opened(parsed.output.jwt);
    if (session.scriptName !== scriptName) throw invalid('The assets were uploaded for another script');
    const files = new Map(
      Object.entries(session.manifest).map(([path, { hash }]) => {
        const content = account.uploads.get(hash);
        if (content === undefined) throw invalid(`Asset ${path} was never uploaded`);
        return [path, content] as const;
      }),
    );
    return { files, config: parsed.output.config };
  }

  #signed({ scriptName, manifest }: { scriptName: string; manifest: Manifest }): string {
    const exp = Math.floor(Date.now() / 1000) + SESSION_SECONDS;
    const text = [
      { alg: 'HS256', typ: 'JWT' },
      { exp, scriptName, manifest },
    ]
      .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
      .join('.');
    return `${text}.${this.#signature(text).toString('base64url')}`;
  }

  #opened(token: string): { scriptName: string; manifest: Manifest } {
    const [head = '', payload = '', signature = ''] = token.split('.');
    const given = Buffer.from(signature, 'base64url');
    const expected = this.#signature(`${head}.${payload}`);
    if (given.length !== expected.length || !timingSafeEqual(given, expected))
      throw new Refusal(401, CODE.authentication, 'Invalid asset upload token');
    const session: { exp: number; scriptName: string; manifest: Manifest } = JSON.parse(
      Buffer.from(payload, 'base64url').toString(),
    );
    if (session.exp <= Date.now() / 1000) throw new Refusal(401, CODE.authentication, 'Expired asset upload token');
    return session;
  }

  #signature(text: string): Buffer {
    return createHmac('sha256', this.#key).update(text).digest();
  }
}
