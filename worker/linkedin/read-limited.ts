/**
 * LinkedIn's answers have a few kilobytes. A proxy's error page may have any size, and a Worker has 128 MB of memory.
 */
const MAX_ANSWER_BYTES = 64 * 1024;

/**
 * Reads an answer's text up to a limit and discards the rest. 5,000 element statuses have about 75 KB, so their limit
 * is higher.
 */
export async function readLimited(response: Response, maxBytes: number = MAX_ANSWER_BYTES): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    text += decoder.decode(chunk, { stream: true });
    // Leaving the loop cancels the stream.
    if (bytes >= maxBytes) break;
  }
  return text.slice(0, maxBytes);
}
