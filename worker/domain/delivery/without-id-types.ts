import { isFields } from '../../schema/fields.ts';

/**
 * Removes kinds of identifier that LinkedIn no longer accepts from a payload.
 *
 * @param payload A conversion event as JSON text.
 * @returns The payload without them. Undefined when it no longer identifies a person.
 */
export function withoutIdTypes(payload: string, refused: ReadonlySet<string>): string | undefined {
  const element: unknown = JSON.parse(payload);
  const user = isFields(element) ? element['user'] : undefined;
  if (!isFields(element) || !isFields(user)) return payload;
  const userIds: unknown = user['userIds'];
  if (!Array.isArray(userIds)) return payload;
  const left = userIds.filter((id: unknown) => !isFields(id) || !refused.has(String(id['idType'])));
  if (left.length === userIds.length) return payload;
  const { userInfo, externalIds, lead } = user;
  const isIdentified = left.length > 0 || userInfo !== undefined || externalIds !== undefined || lead !== undefined;
  return isIdentified ? JSON.stringify({ ...element, user: { ...user, userIds: left } }) : undefined;
}
