/** The bodies and signatures of each CRM. They are built from the CRM's documentation, without the product's code. */
import { createHmac } from 'node:crypto';

import type { Change, HookName, LeadNotice } from './journeys.ts';

export type MadeHook = { kind: HookKind; path: string; secret: string };
type HookKind = 'hubspot' | 'salesforce' | 'pipedrive' | 'generic' | 'linkedin_lead_sync';

/** The kind of each hook in the half year, and how many changes it sends at once. HubSpot sends at most 100. */
export const HOOK_KINDS: Readonly<Record<HookName, { kind: HookKind; atOnce: number }>> = {
  hubspot: { kind: 'hubspot', atOnce: 100 },
  salesforce: { kind: 'salesforce', atOnce: 1 },
  pipedrive: { kind: 'pipedrive', atOnce: 1 },
  generic: { kind: 'generic', atOnce: 40 },
  forms: { kind: 'generic', atOnce: 40 },
  leads: { kind: 'generic', atOnce: 40 },
};

const PIPEDRIVE_STAGES: Readonly<Record<string, number>> = { MQL: 7, SQL: 8, Elsewhere: 99 };

/** Returns a change as the CRM of this kind reports it. */
export function bodyOf(kind: HookKind, { deal, stage, atMs, person, money }: Change): object {
  switch (kind) {
    case 'hubspot':
      return {
        objectId: deal,
        propertyName: 'dealstage',
        propertyValue: stage.toLowerCase(),
        occurredAt: atMs,
        subscriptionType: 'deal.propertyChange',
        attemptNumber: 0,
        email: person.email,
        amount: money?.amount,
        currency: money?.currency,
        probability: '40 %',
      };
    case 'pipedrive':
      return {
        meta: {
          action: 'change',
          entity: 'deal',
          version: '2.0',
          ...(atMs && { timestamp: new Date(atMs).toISOString() }),
        },
        data: {
          id: deal,
          value: money?.amount,
          currency: money?.currency,
          probability: 40,
          status: stage === 'Won' ? 'won' : 'open',
          ...(stage === 'Won'
            ? { won_time: new Date(atMs ?? 0).toISOString() }
            : { stage_id: PIPEDRIVE_STAGES[stage] }),
          custom_fields: { e1: { type: 'varchar', value: person.email } },
        },
      };
    case 'salesforce':
    case 'generic':
    case 'linkedin_lead_sync': {
      const fields = {
        stage: stage.toUpperCase(),
        deal_id: deal,
        time: atMs && new Date(atMs).toISOString(),
        email: person.email,
        click_id: person.clickId,
        lead_id: person.leadUrn,
        value: money?.amount,
        currency: money?.currency,
        probability: kind === 'salesforce' ? 40 : 0.4,
      };
      return kind === 'generic' ? { type: 'deal.changed', data: fields } : fields;
    }
  }
}

/** A notification of LinkedIn's Lead Sync. */
export function noticeOf({ urn, atMs, action }: LeadNotice): object {
  return {
    type: 'LEAD_ACTION',
    leadGenFormResponse: urn,
    leadGenForm: 'urn:li:versionedLeadGenForm:(urn:li:leadGenForm:7430,1)',
    owner: { sponsoredAccount: 'urn:li:sponsoredAccount:123456789' },
    leadType: 'SPONSORED',
    leadAction: action,
    occurredAt: atMs,
  };
}

/** Returns the headers with which the CRM proves who it is. */
export function signed(
  { kind, path, secret }: MadeHook,
  { url, body, nowMs }: { url: string; body: string; nowMs: number },
): Record<string, string> {
  const hmac = (text: string, key: string | Buffer = secret) => createHmac('sha256', key).update(text);
  switch (kind) {
    case 'hubspot':
      return {
        'X-HubSpot-Request-Timestamp': String(nowMs),
        'X-HubSpot-Signature-v3': hmac(`POST${url}${path}${body}${nowMs}`).digest('base64'),
      };
    case 'salesforce':
      return { 'X-Directflight-Signature': hmac(body).digest('base64') };
    case 'pipedrive':
      return { Authorization: `Basic ${Buffer.from(secret).toString('base64')}` };
    case 'linkedin_lead_sync':
      return { 'X-LI-Signature': hmac(`hmacsha256=${body}`).digest('hex') };
    case 'generic': {
      const seconds = Math.floor(nowMs / 1_000);
      const key = Buffer.from(secret.replace('whsec_', ''), 'base64');
      return {
        'webhook-id': 'msg_1',
        'webhook-timestamp': String(seconds),
        'webhook-signature': `v1,${hmac(`msg_1.${seconds}.${body}`, key).digest('base64')}`,
      };
    }
  }
}
