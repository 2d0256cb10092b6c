import type { NewDelivery } from '../collect/decide-for.ts';
import { NAMELESS } from './person-tags.ts';
import type { Identifiers } from './person-tags.ts';

/**
 * Returns the further people whose identifiers are in the deliveries. A mapping may take an e-mail or an external ID
 * from any field. An erasure must find these deliveries by those identifiers too, and by the ID of a lead.
 *
 * @param known The event's known person, who is left out.
 */
export function sentIdentifiers(deliveries: readonly NewDelivery[], known: Identifiers): Identifiers[] {
  const emails = deliveries.flatMap(({ element }) =>
    (element?.user.userIds ?? []).flatMap(({ idType, idValue }) => (idType === 'SHA256_EMAIL' ? [idValue] : [])),
  );
  const userIds = deliveries.flatMap(({ element }) => element?.user.externalIds ?? []);
  const leads = new Set(deliveries.flatMap(({ element }) => element?.user.lead ?? []));
  return [
    ...others(emails, known.emailSha256).map((emailSha256) => ({ ...NAMELESS, emailSha256 })),
    ...others(userIds, known.userId).map((userId) => ({ ...NAMELESS, userId })),
    ...[...leads].map((leadUrn) => ({ ...NAMELESS, leadUrn })),
  ];
}

function others(values: readonly string[], known: string | undefined): string[] {
  return [...new Set(values)].filter((value) => value !== known);
}
