import type { Call } from './call.ts';
import { ErrorResponse } from './error-response.ts';
import { answerAccessToken } from './oauth/access-token.ts';
import { answerAuthorization } from './oauth/authorization.ts';
import { answerIntrospectToken } from './oauth/introspect-token.ts';
import type { SandboxResponse } from './response.ts';
import { answerRest, notFound } from './restli/gateway.ts';
import type { World } from './world.ts';

/** Answers any call as LinkedIn would, and changes the world when the call succeeds. */
export function answerAsLinkedIn(call: Call, world: World, requestId: number): SandboxResponse {
  try {
    return answer(call, world, requestId);
  } catch (error) {
    // Every refusal by LinkedIn arrives here. Anything else is our bug and is thrown on.
    if (error instanceof ErrorResponse) return error.answer;
    throw error;
  }
}

function answer(call: Call, world: World, requestId: number): SandboxResponse {
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
