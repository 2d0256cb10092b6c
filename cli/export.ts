import type { Writable } from 'node:stream';

import type { ExportLine } from '../worker/schema/export.ts';
import { CommandError, EXIT } from './instance.ts';
import type { Instance } from './instance.ts';

/**
 * Writes everything about a source to a file or a pipe. A large source needs several requests; the file has one first
 * and one last line all the same.
 *
 * @returns The number of lines.
 * @throws CommandError when it is not complete.
 */
export async function exportSource(instance: Instance, sourceId: string, output: Writable): Promise<number> {
  let lines = 0;
  const write = async (line: Omit<ExportLine, 'n'>): Promise<void> => {
    lines += 1;
    if (!output.write(`${JSON.stringify({ n: lines, ...line })}\n`))
      await new Promise((resolve) => output.once('drain', resolve));
  };
  for (let query = ''; ;) {
    const path = `/sources/${encodeURIComponent(sourceId)}/export${query}`;
    let next: string | undefined;
    let isComplete = false;
    for await (const { kind, data } of linesOf(await instance.download(path))) {
      // The first line of a further answer.
      if (kind === 'export' && lines > 0) continue;
      if (kind === 'more') next = String(Object(data).cursor);
      else await write({ kind, data });
      isComplete = kind === 'end';
    }
    if (isComplete) return lines;
    if (next === undefined) throw incomplete();
    query = `?cursor=${next}`;
  }
}

async function* linesOf(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<ExportLine> {
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for await (const chunk of chunks) {
      const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = parts.pop() ?? '';
      for (const part of parts) yield JSON.parse(part);
    }
  } catch (error) {
    if (error instanceof CommandError) throw error;
    throw incomplete();
  }
}

function incomplete(): CommandError {
  return new CommandError('The export was cut off and is not complete. Run the command again.', EXIT.found);
}
