// oxlint-disable unicorn/no-thenable -- "then" is Segment's name for it, and nothing here is awaited.
import { env } from 'cloudflare:workers';
import { beforeEach, describe, expect, it } from 'vitest';

import { admin, anIntegrationOf, aSource } from '../support/api.ts';
import { noLinkedIn } from '../support/linkedin.ts';

beforeEach(noLinkedIn);

const made = async () => {
  const { id } = await anIntegrationOf(await aSource());
  return `/integrations/${id}`;
};

const AT = (name: string) => ({ '@path': `$.properties.${name}` });

const EVENT = {
  type: 'track',
  event: 'Order Completed',
  messageId: 'msg-1',
  traits: { email: 'jane@example.com' },
  properties: { order_id: 'A-1', 'order number': 'N 7', which: 'order_id' },
};

/** Every directive of @segment/actions-core, as Segment saves it, and the event ID that it gives. */
const DIRECTIVES: readonly (readonly [value: unknown, sent: string])[] = [
  [AT('order_id'), 'A-1'],
  [AT('order number'), 'N 7'],
  [{ '@template': 'order-{{properties.order_id}}' }, 'order-A-1'],
  [{ '@template': 'order-{{properties.missing}}' }, 'msg-1'],
  [{ '@literal': 'fixed' }, 'fixed'],
  [{ '@if': { exists: AT('order_id'), then: AT('order_id'), else: AT('missing') } }, 'A-1'],
  [{ '@if': { blank: AT('order_id'), then: 'there', else: 'blank' } }, 'there'],
  [{ '@if': { blank: AT('missing'), then: 'there', else: 'not-there' } }, 'not-there'],
  [{ '@case': { operator: 'lower', value: AT('order_id') } }, 'a-1'],
  [{ '@replace': { pattern: '-', replacement: '', value: AT('order_id') } }, 'A1'],
  [{ '@json': { mode: 'encode', value: AT('order_id') } }, '"A-1"'],
  [{ '@json': { mode: 'decode', value: '"decoded"' } }, 'decoded'],
  [{ '@transform': { apply: { id: AT('order_id') }, mapping: { '@template': 't-{{id}}' } } }, 't-A-1'],
  [{ '@excludeWhenNull': AT('order_id') }, 'A-1'],
  [{ '@liquid': '{{ properties.order_id | downcase | append: "-l" }}' }, 'a-1-l'],
  [{ '@liquid': 'order-{{ properties.missing }}' }, 'msg-1'],
  [{ '@path': '$.properties.order_id', _metadata: { label: 'Order' } }, 'A-1'],
  [{ '@path': { '@template': '$.properties.{{properties.which}}' } }, 'A-1'],
  [{ '@flatten': { value: AT('order_id'), separator: '.' } }, 'msg-1'],
  [{ '@merge': { objects: [{ a: AT('order_id') }], direction: 'left' } }, 'msg-1'],
  [{ '@arrayPath': ['$.properties.order_id', { id: { '@path': '$.' } }] }, 'A-1'],
];

describe('a directive copied from Segment (M1, M3, M6)', () => {
  it.each(DIRECTIVES)('is accepted, and gives the same result as there: %j', async (eventId, sent) => {
    const integration = await made();
    const mapping = { conversion_rule_id: '1001', fields: { eventId } };

    const saved = await admin(`${integration}/mappings`, { body: mapping });
    const preview = await admin(`${integration}/preview`, { body: { ...EVENT, mapping } });

    expect(saved.status).toBe(201);
    expect(await preview.json()).toMatchObject({ outcome: 'deliver', requests: [{ event_id: sent }] });
  });

  it("is refused with its pointer when its Liquid can't be read", async () => {
    const integration = await made();
    const body = { conversion_rule_id: '1001', fields: { email: { '@liquid': '{% if %}' } } };

    const saved = await admin(`${integration}/mappings`, { body });

    expect(saved.status).toBe(400);
    expect(await saved.text()).toContain('/fields/email/@liquid');
  });

  it.each([
    ['{{ properties.order_id | sort }}', 'the filter "sort" is disabled'],
    ['{% if properties.a %}{% cycle properties.a | uniq, "b" %}{% endif %}', 'the filter "uniq" is disabled'],
    [
      '{% unless properties.a %}{% else %}{% echo properties.a | map: "b" %}{% endunless %}',
      'the filter "map" is disabled',
    ],
    ['{% capture a %}{{ properties.a | concat: properties.b }}{% endcapture %}', 'the filter "concat" is disabled'],
    ['{% if a %}{% elsif properties.a | reverse %}{% endif %}', 'the filter "reverse" is disabled'],
    ['{% liquid\nassign a = properties.a | nosuch\n%}', 'there is no filter "nosuch"'],
    ['{{ properties.a | upcas }}', 'there is no filter "upcas". Did you mean "upcase"?'],
  ])('is refused wherever it is saved or tried if its filter could never work: %s', async (template, detail) => {
    const source = await aSource();
    const { id } = await anIntegrationOf(source);
    const fields = { email: { '@liquid': template } };
    const mapping = { conversion_rule_id: '1001', fields };
    const { id: saved } = await (
      await admin(`/integrations/${id}/mappings`, { body: { conversion_rule_id: '1001' } })
    ).json<{ id: string }>();
    const hook = { kind: 'generic', name: 'CRM', lawful_basis: 'consent' };
    const { id: hookId } = await (await admin(`/sources/${source.id}/hooks`, { body: hook })).json<{ id: string }>();

    const answers = {
      '/fields/email': await admin(`/integrations/${id}/mappings`, { body: mapping }),
      '/fields/email (PATCH)': await admin(`/integrations/${id}/mappings/${saved}`, {
        method: 'PATCH',
        body: { fields },
      }),
      '/config/mappings/0/fields/email': await admin(`/integrations/${id}`, {
        method: 'PATCH',
        body: { config: { mappings: [mapping] } },
      }),
      '/mapping/fields/email': await admin(`/integrations/${id}/preview`, { body: { ...EVENT, mapping } }),
      '/fields/email (hook)': await admin(`/sources/${source.id}/hooks`, { body: { ...hook, fields } }),
      '/fields/email (hook, PATCH)': await admin(`/sources/${source.id}/hooks/${hookId}`, {
        method: 'PATCH',
        body: { fields },
      }),
    };

    for (const [where, answer] of Object.entries(answers)) {
      const pointer = `${where.replace(/ .*/, '')}/@liquid`;
      expect([where, answer.status]).toEqual([where, 400]);
      expect(await answer.json()).toMatchObject({
        errors: [{ pointer, detail: `isn't valid Liquid: ${detail}` }],
      });
    }
  });

  it('works as before, with a note, if its filters were accepted by an older release', async () => {
    const { id } = await anIntegrationOf(await aSource());
    const registry = env.REGISTRY.getByName('registry');
    const { incarnation } = (await registry.integration(id)) ?? {};
    const fields = {
      eventId: { '@liquid': '{{ properties.order_id | nosuch }}' },
      email: { '@liquid': '{{ traits.email | sort }}' },
    };
    const stored = { id: 'map_old', name: 'Old', enabled: true, trigger: 'type = "track"', conversion_rule_id: '1001' };
    if (incarnation === undefined) throw new Error('The integration is gone');
    await registry.addMapping(
      id,
      { ...stored, fields, default_value: null },
      { atMost: 50, ifMatch: undefined, now: new Date().toISOString(), incarnation },
    );

    const preview = await admin(`/integrations/${id}/preview`, {
      body: { ...EVENT, userId: 'u-1', properties: { ...EVENT.properties, li_fat_id: 'abc123-def456-ghi789' } },
    });
    const changed = await admin(`/integrations/${id}/mappings/map_old`, { method: 'PATCH', body: { enabled: false } });
    const saved = await admin(`/integrations/${id}/mappings/map_old`, { method: 'PATCH', body: { fields } });

    expect(await preview.json()).toMatchObject({
      requests: [{ event_id: 'A-1' }],
      lint: expect.arrayContaining([
        expect.objectContaining({ code: 'liquid_filter_unknown' }),
        expect.objectContaining({ code: 'liquid_failed' }),
      ]),
    });
    expect([changed.status, saved.status]).toEqual([200, 400]);
  });

  it('can be added to an existing mapping', async () => {
    const integration = await made();
    const { id } = await (
      await admin(`${integration}/mappings`, { body: { conversion_rule_id: '1001' } })
    ).json<{ id: string }>();
    const change = (template: string) =>
      admin(`${integration}/mappings/${id}`, {
        method: 'PATCH',
        body: { fields: { eventId: { '@liquid': template } } },
      });

    expect((await change('{{ properties.order_id }}')).status).toBe(200);
    expect((await change('{% for a in b %}{% endfor %}')).status).toBe(400);
  });
});

describe('a trigger or field that means something else at Segment (M7)', () => {
  const ODD: readonly (readonly [mapping: Record<string, unknown>, told: string])[] = [
    [{ trigger: '!contains(properties.plan, "free")' }, "If the field is missing or isn't a text"],
    [{ trigger: '!match(properties.plan, "free*")' }, "If the field is missing or isn't a text"],
    [{ trigger: 'properties.total != 5' }, "If the field is missing or isn't a number"],
    [{ trigger: 'type = "track" and event = "A" or event = "B"' }, 'mixes "and" with "or"'],
    [{ trigger: 'type = "track" and (contains(event, "A") or event = "B")' }, 'brackets'],
    [{ trigger: 'type = "track" and (event = "A" or (event = "B"))' }, 'brackets'],
    [{ trigger: String.raw`event = "C:\\new"` }, 'backslash'],
    [{ fields: { eventId: { '@literal': { '@path': '$.messageId' } } } }, '@literal'],
    [{ fields: { userInfo: { firstName: { '@literal': [{ '@path': '$.event' }] } } } }, '@literal'],
    [{ fields: { eventId: 'order' } }, 'every event gets the same ID'],
  ];

  it.each(ODD)('gets a warning when it is saved: %j', async (mapping, told) => {
    const integration = await made();

    const saved = await admin(`${integration}/mappings`, { body: { conversion_rule_id: '1001', ...mapping } });

    const { warnings } = await saved.json<{ warnings: string[] }>();
    expect(saved.status).toBe(201);
    expect(warnings.join('\n')).toContain(told);
  });

  it('gets no warning when it means the same', async () => {
    const integration = await made();
    const trigger = String.raw`type = "track" and (event = "A" or properties.products\[0\].price >= 5)`;

    const saved = await admin(`${integration}/mappings`, { body: { conversion_rule_id: '1001', trigger } });

    expect(await saved.json()).toMatchObject({ warnings: [] });
  });
});
