/** A line that is too long to be one of a backup. */
export class LineTooLong extends Error {}

/** The longest line: a record with a single row of SQLite's largest size, and its escapes. */
const MAX_LINE_CHARS = 8_000_000;

/**
 * Splits a stream into lines without keeping more than one of them. The last line may lack its end.
 *
 * @throws LineTooLong, and TypeError when the text is not UTF-8.
 */
export async function* linesOf(stream: ReadableStream<Uint8Array>, maxChars = MAX_LINE_CHARS): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });
  let rest = '';
  for await (const chunk of stream) {
    const parts = (rest + decoder.decode(chunk, { stream: true })).split('\n');
    rest = parts.pop() ?? '';
    if (rest.length > maxChars || parts.some((part) => part.length > maxChars)) throw new LineTooLong();
    yield* parts;
  }
  rest += decoder.decode();
  if (rest !== '') yield rest;
}

const encoder = new TextEncoder();

/**
 * Returns lines as a stream. Each pull creates one line, so with a slow reader, lines are created slowly and none pile
 * up.
 */
export function streamOfLines(lines: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  return new ReadableStream({
    async pull(controller) {
      const { value, done } = await lines.next();
      if (done === true) controller.close();
      else controller.enqueue(encoder.encode(`${value}\n`));
    },
    async cancel() {
      await lines.return(undefined);
    },
  });
}
