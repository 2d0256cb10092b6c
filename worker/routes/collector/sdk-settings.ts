import { Hono } from 'hono/tiny';

import type { Env } from '../../env.ts';
import { keyOf, senderOf } from './source-key.ts';

/**
 * Answers the question that Segment's and RudderStack's browser SDKs ask before they start: which of their own
 * destinations to load (none), and where to send events (here).
 */
export function sdkSettings(): Hono<{ Bindings: Env }> {
  const routes = new Hono<{ Bindings: Env }>();

  routes.get('/v1/projects/:write_key/settings', async (c) => {
    const writeKey = c.req.param('write_key');
    await senderOf(writeKey, c.env);
    const url = new URL(c.req.url);
    // Without the scheme, as in Segment's answer.
    const apiHost = `${url.host}${c.env.BASE_PATH}/v1`;
    return c.json({
      integrations: {
        'Segment.io': {
          apiKey: writeKey,
          apiHost,
          // Segment's own default, except in the local run.
          protocol: url.protocol === 'http:' ? 'http' : 'https',
          unbundledIntegrations: [],
          addBundledMetadata: false,
        },
      },
      plan: { track: { __default: { enabled: true, integrations: {} } } },
      edgeFunction: {},
      analyticsNextEnabled: true,
      enabledMiddleware: {},
      legacyVideoPluginsEnabled: false,
      remotePlugins: [],
    });
  });

  routes.get('/sourceConfig/', async (c) => {
    const writeKey = keyOf(c.req.raw, { writeKey: c.req.query('writeKey') });
    const { config } = await senderOf(writeKey, c.env);
    const now = new Date().toISOString();
    return c.json({
      source: {
        id: config.source.id,
        name: config.source.id,
        writeKey,
        enabled: true,
        config: { statsCollection: { errors: { enabled: false }, metrics: { enabled: false } } },
        sourceDefinitionId: 'directflight',
        connections: [],
        destinations: [],
        updatedAt: now,
      },
      updatedAt: now,
    });
  });

  return routes;
}
