import type { Role, SessionView } from '../../../worker/schema/settings/access-token.ts';
import { texts } from '../texts.ts';
import type { Attributes } from '../ui/h.ts';

/**
 * Who is signed in, as the API says. The session itself is in a cookie that no script can read: this page holds no token.
 */
export const session: { who: SessionView | undefined } = { who: undefined };

/** From the least to the most. */
const ROLES: readonly Role[] = ['viewer', 'editor', 'owner'];

/** Whether the API will say yes to whoever is signed in; it is the one that decides. */
export function may(role: Role): boolean {
  return session.who === undefined || ROLES.indexOf(session.who.role) >= ROLES.indexOf(role);
}

/** Of a button that needs a role: it is switched off for whoever has less, and says why. */
export function needs(role: Role): Attributes {
  return may(role) ? {} : { disabled: true, title: texts.problems.needs(role) };
}
