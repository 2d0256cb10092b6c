/** The demo's source, with the Datafly document's integration and the sandbox's credentials. */
const SOURCE = { id: 'src_demo', name: 'Demo shop', write_key: 'wk_demo' };

const INTEGRATION = {
  id: 'int_demo',
  source_id: SOURCE.id,
  vendor: 'linkedin',
  name: 'LinkedIn Conversions',
  enabled: true,
  config: {
    account_id: '123456789',
    access_token: 'tok-ok',
    refresh_token: 'ref-ok',
    oauth_client_id: 'app-1',
    oauth_client_secret: 'secret-1',
    conversion_rule_id: {
      'Order Completed': 'urn:lla:llaPartnerConversion:987654',
      'Lead Generated': 'urn:lla:llaPartnerConversion:987655',
      'Signed Up': 'urn:lla:llaPartnerConversion:987656',
    },
  },
  consent_categories: ['advertising'],
};

/** Sets the demo up through the management API, unless an earlier run did. */
export async function seedDemo({ url, adminToken }: { url: string; adminToken: string }): Promise<void> {
  await create(`${url}/v1/admin/sources`, SOURCE, adminToken);
  await create(`${url}/v1/admin/integrations`, INTEGRATION, adminToken);
}

async function create(url: string, body: unknown, adminToken: string): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { Authorization: `Bearer ${adminToken}`, 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  });
  // 409: it exists already, perhaps changed by hand, and stays unchanged.
  if (response.ok || response.status === 409) return;
  throw new Error(`Cannot set up the demo: ${url} answered ${response.status} ${await response.text()}`);
}
