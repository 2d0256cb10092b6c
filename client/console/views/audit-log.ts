import type { AccessTokenView } from '../../../worker/schema/settings/access-token.ts';
import { auditCard } from '../access/audit-card.ts';
import { all } from '../app/api.ts';
import { may } from '../app/session.ts';
import { texts } from '../texts.ts';
import { emptyState } from '../ui/element-of-state.ts';
import type { Place, View } from '../ui/view.ts';
import { TOKEN } from './access.ts';

const t = texts.access;

/** The page Audit log: who changed what. */
export async function auditLog(place: Place): Promise<View> {
  if (!may('owner')) return { title: t.log, content: [emptyState(t.logOwnerOnly, t.ownerOnlyMore)] };
  const tokens = await all<AccessTokenView>(TOKEN, '/tokens', place.signal);
  return { title: t.log, content: [await auditCard(tokens, place)] };
}
