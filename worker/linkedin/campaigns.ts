import type { Campaign } from '../schema/settings/linkedin-objects.ts';
import { allCursorPages } from './all-pages.ts';
import type { CallLinkedIn, Outcome } from './rest-call.ts';
import { idIn } from './restli.ts';

/** Lists an ad account's campaigns that can still count a conversion. Archived and cancelled ones cannot. */
export async function campaigns(call: CallLinkedIn, accountId: string): Promise<Outcome<Campaign[]>> {
  const found = await allCursorPages(
    call,
    `/rest/adAccounts/${accountId}/adCampaigns?q=search&search=(status:(values:List(ACTIVE,PAUSED,DRAFT)))`,
  );
  if (found.kind === 'refused') return found;
  const listed = found.value.flatMap(({ id, name, status, objectiveType }): Campaign[] => {
    const campaignId = idIn(id);
    if (campaignId === undefined) return [];
    return [
      {
        id: campaignId,
        name: typeof name === 'string' ? name : campaignId,
        status: typeof status === 'string' ? status : null,
        objective: typeof objectiveType === 'string' ? objectiveType : null,
      },
    ];
  });
  return { kind: 'ok', value: listed };
}
