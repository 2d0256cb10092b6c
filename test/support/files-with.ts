import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Returns the files below a folder that contain a text, in upper or lower case, as UTF-8 or as V8's UTF-16: databases,
 * their write-ahead logs, anything.
 */
export async function filesWith(folder: string, text: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const wanted = text.toLowerCase();
  const found = await Promise.all(
    paths.map(async (path) => {
      const bytes = await readFile(path);
      return holds(bytes.toString('latin1'), wanted) || holds(bytes.toString('latin1').replaceAll('\0', ''), wanted);
    }),
  );
  return paths.filter((_, index) => found[index] === true);
}

function holds(bytes: string, wanted: string): boolean {
  return bytes.toLowerCase().includes(wanted);
}
