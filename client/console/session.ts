import type { SessionView } from '../../worker/schema/access-token.ts';

/**
 * Who is signed in, as the API says. The session itself is in a cookie that no script can read: this page holds no token.
 */
export const session: { who: SessionView | undefined } = { who: undefined };

export function isOwner(): boolean {
  return session.who?.role === 'owner';
}
