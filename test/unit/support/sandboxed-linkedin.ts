import { vi } from 'vitest';

import { answerAsLinkedIn } from '../../sandbox/linkedin.ts';
import { World } from '../../sandbox/world.ts';

export type SandboxedLinkedIn = {
  world: World;
  /** What comes in place of the next answers, until it is undone with undefined. */
  instead(answer: (() => Promise<Response>) | undefined): void;
  /** How many calls of this path there were. */
  callsOf(path: string): number;
};

/** The strict sandbox in place of the network, inside of workerd. */
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
    // As it is set on the wire, where the sandbox looks for it.
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

/** As they stand on the wire: Rest.li's grammar is in the encoding, which `URL` would change. */
function partsOf(url: string): { path: string; query: string } {
  const [path = '', query = ''] = url.replace(/^https:\/\/[^/]+/, '').split('?');
  return { path, query };
}
