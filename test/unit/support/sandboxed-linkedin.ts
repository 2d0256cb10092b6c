import { vi } from 'vitest';

import { answerAsLinkedIn } from '../../sandbox/linkedin.ts';
import { World } from '../../sandbox/world.ts';

export type SandboxedLinkedIn = {
  world: World;
  /** Replaces the next answers, until it is called with undefined. */
  instead(answer: (() => Promise<Response>) | undefined): void;
  /** Returns the number of calls to this path. */
  callsOf(path: string): number;
};

/** Replaces the network with the strict sandbox, inside workerd. */
export function aSandboxedLinkedIn(): SandboxedLinkedIn {
  const world = new World({ now: () => Date.now(), journalPath: undefined });
  const calls: string[] = [];
  let other: (() => Promise<Response>) | undefined;
  vi.spyOn(globalThis, 'fetch').mockImplementation(async (input, init) => {
    const request = new Request(input, init);
    const { path, query } = partsOf(typeof input === 'string' ? input : request.url);
    calls.push(path);
    if (other !== undefined) return other();
    const sent = new TextDecoder().decode(await request.arrayBuffer());
    // The sandbox reads this header, which the network would set.
    const length = { 'content-length': String(new TextEncoder().encode(sent).byteLength) };
    const call = {
      method: request.method,
      path,
      query,
      headers: { ...Object.fromEntries(request.headers), ...length },
      body: sent,
    };
    const { status, headers, body } = answerAsLinkedIn(call, world, world.inbox.open(call, world.now()).request_id);
    return new Response(status === 204 ? null : body, { status, headers });
  });
  return {
    world,
    instead: (answer) => {
      other = answer;
    },
    callsOf: (path) => calls.filter((called) => called === path).length,
  };
}

/** Returns the raw path and query. Rest.li's grammar is in the encoding, which `URL` would change. */
function partsOf(url: string): { path: string; query: string } {
  const [path = '', query = ''] = url.replace(/^https:\/\/[^/]+/, '').split('?');
  return { path, query };
}
