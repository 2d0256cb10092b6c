/**
 * Accepts a viewer who wants to hear when something changes. They have a WebSocket, so the object leaves memory while
 * nothing happens, and nobody pays for the time. Its answer to "ping" doesn't wake the object.
 *
 * https://developers.cloudflare.com/durable-objects/best-practices/websockets/ (30 September 2026)
 */
export function acceptWatcher(ctx: DurableObjectState): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'));
  ctx.acceptWebSocket(server);
  return new Response(null, { status: 101, webSocket: client });
}
