import type { Answer } from './answer.ts';
import type { Call } from './call.ts';
import { answerAccessToken } from './oauth/access-token.ts';
import { answerAuthorization } from './oauth/authorization.ts';
import { answerIntrospectToken } from './oauth/introspect-token.ts';
import { Refusal } from './refusal.ts';
import { answerRest, notFound } from './restli/gateway.ts';
import type { World } from './world.ts';

/** This is LinkedIn: any call in, an answer out, and the world changed where the answer is a yes. */
export function answerAsLinkedIn(call: Call, world: World, requestId: number): Answer {
  try {
    return answer(call, world, requestId);
  } catch (error) {
    // Everything that LinkedIn turns down arrives here; anything else is our bug and goes on up.
    if (error instanceof Refusal) return error.answer;
    throw error;
  }
}

function answer(call: Call, world: World, requestId: number): Answer {
  switch (call.path) {
    case '/oauth/v2/authorization':
      return answerAuthorization(call, world);
    case '/oauth/v2/accessToken':
      return answerAccessToken(call, world);
    case '/oauth/v2/introspectToken':
      return answerIntrospectToken(call, world);
    default:
      if (call.path.startsWith('/rest/')) return answerRest(call, world, requestId);
      throw notFound();
  }
}
