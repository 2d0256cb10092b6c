/**
 * Accepts a viewer who is notified when something changes. They have a WebSocket, so the object can leave memory while
 * nothing happens, and nobody pays for that time. Its answer to "ping" doesn't wake the object.
 *
 * https://developers.cloudflare.com/durable-objects/best-practices/websockets/ (30 September 2026)
 */
export function acceptWatcher(ctx: DurableObjectState): Response {
  const { 0: client, 1: server } = new WebSocketPair();
  ctx.setWebSocketAutoResponse(new WebSocketRequestResponsePair('ping', 'pong'));
  ctx.acceptWebSocket(server);
  return new Response(null, { status: 101, webSocket: client });
}
