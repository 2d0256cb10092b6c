import type { EventView } from '../../../worker/schema/events/event-view.ts';
import { ApiProblem, readable, request } from './api.ts';
import { tellFault } from './faults.ts';
import { shapes } from './response-shapes.ts';

const AGAIN_AFTER_MS = 2_000;

/** After this time, a page in the background stops watching, because each minute is charged. */
const HIDDEN_FOR_MS = 60_000;

/**
 * Watches a source's events until the signal aborts, and reconnects when the connection breaks. It pauses while the
 * page is hidden.
 *
 * `EventSource` cannot send the Bearer header, so this reads the stream itself.
 *
 * @throws ApiProblem if the Worker refuses the request, since a retry would not help.
 */
export async function watchEvents(
  sourceId: string,
  {
    signal,
    onEvent,
    onRefused,
    onConnected,
    onProblem,
  }: {
    signal: AbortSignal;
    onEvent: (event: EventView) => void;
    /** Called at first and after the collector refused something. */
    onRefused: () => void;
    onConnected: (isConnected: boolean) => void;
    /** Receives the problem while the connection is being restored. */
    onProblem?: (problem: ApiProblem) => void;
  },
): Promise<void> {
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    await visible(signal);
    const hidden = hiddenForLong();
    try {
      const { body } = await request(`/sources/${sourceId}/live`, { signal: AbortSignal.any([signal, hidden.signal]) });
      onConnected(true);
      if (body !== null) await readStream(body, { onEvent, onRefused });
    } catch (error) {
      if (isOver()) return;
      if (hidden.signal.aborted) continue;
      if (error instanceof ApiProblem) {
        if (error.status >= 400 && error.status < 500) throw error;
        onProblem?.(error);
      }
    } finally {
      hidden.stop();
    }
    onConnected(false);
    await sleep(AGAIN_AFTER_MS);
  }
}

/** Resolves when the page is visible, or the signal aborts. */
async function visible(signal: AbortSignal): Promise<void> {
  if (!document.hidden) return;
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (document.hidden && !signal.aborted) return;
      document.removeEventListener('visibilitychange', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    signal.addEventListener('abort', look);
  });
}

/** Returns a signal that aborts when the page was hidden for a while. Call `stop` when it isn't needed any more. */
function hiddenForLong(): { signal: AbortSignal; stop: () => void } {
  const controller = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const look = (): void => {
    clearTimeout(timer);
    if (document.hidden) timer = setTimeout(() => controller.abort(), HIDDEN_FOR_MS);
  };
  document.addEventListener('visibilitychange', look);
  look();
  return {
    signal: controller.signal,
    stop() {
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    },
  };
}

async function readStream(
  body: ReadableStream<Uint8Array>,
  { onEvent, onRefused }: { onEvent: (event: EventView) => void; onRefused: () => void },
): Promise<void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let text = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    text += decoder.decode(value, { stream: true });
    const messages = text.split('\n\n');
    text = messages.pop() ?? '';
    for (const message of messages) {
      if (message.startsWith('event: refused')) onRefused();
      const data = message
        .split('\n')
        .filter((line) => line.startsWith('data:'))
        .map((line) => line.slice(5).trimStart())
        .join('\n');
      if (data !== '') taken(data, onEvent);
    }
  }
}

/** Handles one event. If it cannot be read or shown, reports that and continues with the next. */
function taken(data: string, onEvent: (event: EventView) => void): void {
  try {
    onEvent(readable(shapes.event, parsed(data)));
  } catch (error) {
    tellFault(error);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
