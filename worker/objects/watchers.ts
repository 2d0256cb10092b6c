/** Accepts a viewer with code that pages and servers never need. */
export async function watched(ctx: DurableObjectState): Promise<Response> {
  return (await import('./later.ts')).acceptWatcher(ctx);
}

/** The connections of those who watch an object. A simulation has none. */
export type Viewers = { getWebSockets?(): Pick<WebSocket, 'send'>[] };

/** Notifies everybody who watches an object that something has changed. They then read what it is. */
export function tellWatchers(viewers: Viewers | undefined): void {
  for (const socket of viewers?.getWebSockets?.() ?? [])
    try {
      socket.send('news');
    } catch {
      // The connection is closing. Its viewer connects again and reads.
    }
}
