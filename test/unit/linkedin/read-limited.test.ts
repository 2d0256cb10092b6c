import { expect, it } from 'vitest';

import { readLimited } from '../../../worker/linkedin/read-limited.ts';

it.each(['', 'short', 'ä€😀'])('reads a whole answer: %j', async (text) => {
  expect(await readLimited(new Response(text))).toBe(text);
});

it('reads an answer without a body as an empty text', async () => {
  expect(await readLimited(new Response(null, { status: 204 }))).toBe('');
});

it('stops reading at the limit', async () => {
  let sent = 0;
  let isCancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1024;
      controller.enqueue(new Uint8Array(1024).fill(120));
    },
    cancel() {
      isCancelled = true;
    },
  });

  const text = await readLimited(new Response(endless), 10_000);

  expect(text).toHaveLength(10_000);
  expect(sent).toBeLessThan(100_000);
  expect(isCancelled).toBe(true);
});

it('reads a character that arrives in two pieces', async () => {
  const bytes = new TextEncoder().encode('a😀b');
  const chunks = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(new Uint8Array([byte]));
      controller.close();
    },
  });

  expect(await readLimited(new Response(chunks))).toBe('a😀b');
});
