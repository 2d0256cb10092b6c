import { describe, expect, it } from 'vitest';

import { ingest } from '../../../../worker/domain/collect/ingest.ts';
import { parseEvents } from '../../../../worker/domain/collect/read/parse-events.ts';
import { identityOf } from '../../../../worker/domain/identity/identity.ts';
import { anIntegration, aSourceConfig } from '../../support/a-source-config.ts';
import { JOHNS_HASH, NOW } from '../../support/an-event.ts';

const MAPPING = {
  id: 'map_1',
  name: 'A mapping',
  enabled: true,
  trigger: 'type = "track"',
  conversion_rule_id: '1001',
  fields: {},
  default_value: null,
};

/** Returns the outcome of a call that a server sends, with one mapping. */
const outcomeOf = async (call: Record<string, unknown>, trigger: string, fields: Record<string, unknown> = {}) => {
  const { parsed } = parseEvents([{ messageId: 'm-1', ...call }], {
    sentAt: undefined,
    nowMs: NOW,
    newId: () => 'new',
  });
  const [first] = parsed;
  if (first === undefined) throw new Error('The call was refused');
  const mappings = [{ ...MAPPING, trigger, fields: JSON.parse(JSON.stringify(fields)) }];
  const receipt = await ingest(
    first.event,
    {
      messageId: 'm-1',
      happenedAtMs: NOW,
      receivedAtMs: NOW,
      identity: { emailSha256: JOHNS_HASH, ...(await identityOf(first.event)) },
      cookies: { click: undefined, liFatId: undefined },
      ip: undefined,
      consent: { categories: { advertising: true }, policy: 'granted', country: undefined },
    },
    aSourceConfig(anIntegration({ config: { conversion_rule_id: {}, mappings } })),
  );
  return { skipped: receipt.skipReason, element: receipt.deliveries[0]?.element };
};

const GROUP = {
  type: 'group',
  userId: 'u-1',
  groupId: 'g-1',
  traits: { plan: 'enterprise', name: 'Acme', email: 'info@acme.example.com' },
};
const ALIAS = { type: 'alias', userId: 'u-1', previousId: 'anon-1' };

describe('a group or alias call', () => {
  it.each([
    [GROUP, 'type = "group"'],
    [GROUP, 'type = "group" and traits.plan = "enterprise"'],
    [GROUP, '"group" = type'],
    [GROUP, 'type in ["group", "alias"]'],
    [GROUP, 'type = "track" or type = "group"'],
    [GROUP, '(type = "identify" or type = "group") and userId != null'],
    [ALIAS, 'type = "alias"'],
    [ALIAS, 'type = "alias" and userId = "u-1"'],
  ])('fires a mapping that names its type: %j %s', async (call, trigger) => {
    const { element } = await outcomeOf(call, trigger);

    expect(element).toMatchObject({ conversion: 'urn:lla:llaPartnerConversion:1001', eventId: 'm-1' });
  });

  it.each([
    [GROUP, 'traits.plan = "enterprise"', 'unsupported_type'],
    [GROUP, 'type != "track"', 'unsupported_type'],
    [GROUP, 'userId != null', 'unsupported_type'],
    [GROUP, 'type = "alias"', 'unsupported_type'],
    [GROUP, 'type = "group" and traits.plan = "free"', 'no_mapping'],
    [ALIAS, 'type = "alias" and userId = "u-2"', 'no_mapping'],
    [{ type: 'screen' }, 'type = "screen"', 'unsupported_type'],
  ])('fires nothing else: %j %s', async (call, trigger, reason) => {
    expect(await outcomeOf(call, trigger)).toEqual({ skipped: reason, element: undefined });
  });

  it('offers its own fields to a mapping', async () => {
    const group = await outcomeOf(GROUP, 'type = "group"', { eventId: { '@path': '$.groupId' } });
    const alias = await outcomeOf(ALIAS, 'type = "alias"', { eventId: { '@template': 'alias-{{previousId}}' } });

    expect(group.element?.eventId).toBe('g-1');
    expect(alias.element?.eventId).toBe('alias-anon-1');
  });

  it("doesn't take a company's traits for a person's", async () => {
    const [{ event } = { event: undefined }] = parseEvents([{ messageId: 'm-1', ...GROUP }], {
      sentAt: undefined,
      nowMs: NOW,
      newId: () => 'new',
    }).parsed;

    expect(event === undefined ? undefined : await identityOf(event)).toEqual({ companyName: 'Acme', userId: 'u-1' });
  });
});
