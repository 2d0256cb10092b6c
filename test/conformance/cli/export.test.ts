import { Writable } from 'node:stream';

import { describe, expect, it } from 'vitest';

import { exportSource } from '../../../cli/export.ts';
import { CommandError } from '../../../cli/instance.ts';
import type { Instance } from '../../../cli/instance.ts';

/** An instance that answers each request with one of these texts, in pieces of three bytes. */
function anInstance(answers: readonly string[]): { instance: Instance; asked: string[] } {
  const asked: string[] = [];
  const download = async (path: string): Promise<AsyncIterable<Uint8Array>> => {
    const bytes = new TextEncoder().encode(answers[asked.length]);
    asked.push(path);
    return (async function* pieces() {
      for (let at = 0; at < bytes.length; at += 3) yield bytes.slice(at, at + 3);
    })();
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- all that an export asks of it
  return { instance: { download } as Pick<Instance, 'download'> as Instance, asked };
}

function aFile(): { output: Writable; lines: () => unknown[] } {
  let text = '';
  const output = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk);
      done();
    },
  });
  return {
    output,
    lines: () =>
      text
        .trimEnd()
        .split('\n')
        .map((line): unknown => JSON.parse(line)),
  };
}

const text = (...lines: readonly object[]): string =>
  lines.map((line, index) => `${JSON.stringify({ n: index + 1, ...line })}\n`).join('');
const begin = { kind: 'export', data: { source_id: 'src_a' } };

describe('export', () => {
  it('makes one file of several answers', async () => {
    const { instance, asked } = anInstance([
      text(begin, { kind: 'event', data: 'ü1' }, { kind: 'more', data: { cursor: '17' } }),
      text(begin, { kind: 'event', data: 'e2' }, { kind: 'end', data: null }),
    ]);
    const { output, lines } = aFile();

    expect(await exportSource(instance, 'src_a', output)).toBe(4);

    expect(asked).toEqual(['/sources/src_a/export', '/sources/src_a/export?cursor=17']);
    expect(lines()).toEqual([
      { n: 1, ...begin },
      { n: 2, kind: 'event', data: 'ü1' },
      { n: 3, kind: 'event', data: 'e2' },
      { n: 4, kind: 'end', data: null },
    ]);
  });

  it.each([
    ['has no end', text(begin)],
    ['ends in the middle of a line', text(begin, { kind: 'end', data: null }).slice(0, -9)],
    ['is empty', ''],
  ])('fails if the answer %s', async (_, answer) => {
    const failed = exportSource(anInstance([answer]).instance, 'src_a', aFile().output);

    await expect(failed).rejects.toThrow(CommandError);
  });
});
