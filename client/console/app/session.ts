import type { Role, SessionView } from '../../../worker/schema/settings/access-token.ts';
import { texts } from '../texts.ts';
import type { Attributes } from '../ui/h.ts';

/** The person who is signed in. The session is in a cookie that scripts cannot read, so the page holds no token. */
export const session: { who: SessionView | undefined } = { who: undefined };

/** The roles, from the fewest permissions to the most. */
const ROLES: readonly Role[] = ['viewer', 'editor', 'owner'];

/** Checks whether the person has a role. The API decides; this only predicts its answer. */
export function may(role: Role): boolean {
  return session.who === undefined || ROLES.indexOf(session.who.role) >= ROLES.indexOf(role);
}

/** Returns the attributes of a button that needs a role. For lower roles it is disabled, and says why. */
export function needs(role: Role): Attributes {
  return may(role) ? {} : { disabled: true, title: texts.problems.needs(role) };
}
