import type { NewDelivery } from '../collect/decide.ts';
import { NAMELESS } from './person-tags.ts';
import type { Identifiers } from './person-tags.ts';

/**
 * Names who else stands in deliveries: a mapping may take an e-mail or an external id from any field, and by these too
 * what waits must be found when a person asks to be erased.
 *
 * @param known Who the event is known to be of, and need not be named again.
 */
export function sentIdentifiers(deliveries: readonly NewDelivery[], known: Identifiers): Identifiers[] {
  const emails = deliveries.flatMap(({ element }) =>
    (element?.user.userIds ?? []).flatMap(({ idType, idValue }) => (idType === 'SHA256_EMAIL' ? [idValue] : [])),
  );
  const userIds = deliveries.flatMap(({ element }) => element?.user.externalIds ?? []);
  return [
    ...others(emails, known.emailSha256).map((emailSha256) => ({ ...NAMELESS, emailSha256 })),
    ...others(userIds, known.userId).map((userId) => ({ ...NAMELESS, userId })),
  ];
}

function others(values: readonly string[], known: string | undefined): string[] {
  return [...new Set(values)].filter((value) => value !== known);
}
