/** A UUID and a number: `52dcb737-26f9-4af3-b1fc-935b3e93f838-4`. */
const ID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}-\d{1,3}$/i;

/**
 * Returns whether a cell has the ID or URN of a lead form response of LinkedIn's, by its shape. A CRM's IDs of leads look
 * different: `00Q5g00000ABCDEFGH` in Salesforce, a UUID in Dynamics.
 *
 * The shape is the one in responses of LinkedIn's Lead Sync, as in the sample of Pipedream's component
 * `linkedin_ads/sources/new-lead-gen-form-created` (read 2026-11).
 */
export function isLinkedInLeadId(cell: string): boolean {
  return cell.startsWith('urn:li:leadGenFormResponse:') || ID.test(cell);
}
