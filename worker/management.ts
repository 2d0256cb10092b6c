import { Hono } from 'hono';

import type { Env } from './env.ts';
import { adminAccess } from './routes/admin/access.ts';
import { adminAlertChannels } from './routes/admin/alerts/channels.ts';
import { adminIncidents } from './routes/admin/alerts/incidents.ts';
import { adminAuditLog } from './routes/admin/audit-log.ts';
import { adminAudited } from './routes/admin/audited.ts';
import { adminBackup } from './routes/admin/backup/backup.ts';
import { adminExport } from './routes/admin/backup/export.ts';
import { notWhileRestoring } from './routes/admin/backup/not-while-restoring.ts';
import { adminCheckToken } from './routes/admin/connection/check-token.ts';
import { adminDoctor } from './routes/admin/connection/doctor.ts';
import { adminLinkedIn } from './routes/admin/connection/linkedin.ts';
import { adminOAuth, oauthCallback } from './routes/admin/connection/oauth.ts';
import { adminTry } from './routes/admin/connection/try.ts';
import { adminHooks } from './routes/admin/crm/hooks.ts';
import { adminImports } from './routes/admin/crm/imports.ts';
import { adminReadiness } from './routes/admin/crm/readiness.ts';
import { adminDeliveries } from './routes/admin/deliveries.ts';
import type { AdminEnv } from './routes/admin/env.ts';
import { adminEvents } from './routes/admin/events.ts';
import { adminInstance } from './routes/admin/instance.ts';
import { adminIntegrations } from './routes/admin/integrations.ts';
import { adminLedger } from './routes/admin/ledger.ts';
import { adminLive } from './routes/admin/live/live.ts';
import { adminMappings } from './routes/admin/mappings.ts';
import { adminOverview } from './routes/admin/overview.ts';
import { adminPeople } from './routes/admin/people.ts';
import { adminQuery } from './routes/admin/query.ts';
import { adminPermission, withinIntegration, withinSource } from './routes/admin/require-role.ts';
import { respondLater } from './routes/admin/respond-later.ts';
import { adminSearch } from './routes/admin/search.ts';
import { adminSession } from './routes/admin/session.ts';
import { adminRefusals } from './routes/admin/sources/refusals.ts';
import { adminSources } from './routes/admin/sources/sources.ts';
import { adminTokens } from './routes/admin/tokens.ts';
import { deepHealth } from './routes/admin/watch/deep-health.ts';
import { adminMetrics } from './routes/admin/watch/metrics.ts';
import { answerChallenge, receiveHook } from './routes/collector/receive-hook.ts';
import { demoRoutes } from './routes/demo.ts';
import { openApiRoute } from './routes/http/openapi.ts';
import { securityHeaders } from './routes/http/security-headers.ts';
import { respondUnknownPath } from './routes/http/unknown-path.ts';

/**
 * The management API, the address to which LinkedIn's consent page returns, and the OpenAPI document of the whole HTTP
 * interface. It is a module of its own, so that the collector starts without it.
 */
export const management = createManagement();

function createManagement(): Hono<{ Bindings: Env }> {
  const app = new Hono<{ Bindings: Env }>();
  app.onError(respondLater);

  const admin = new Hono<AdminEnv>();
  admin.use(securityHeaders, adminAccess, adminPermission, adminQuery, notWhileRestoring, adminAudited);
  admin.use('/sources/:id/*', withinSource);
  admin.use('/integrations/:id/*', withinIntegration);
  admin.route('/session', adminSession());
  admin.route('/tokens', adminTokens());
  admin.route('/audit-log', adminAuditLog());
  admin.route('/sources', adminSources());
  admin.route('/sources', adminLive());
  admin.route('/sources', adminEvents());
  admin.route('/sources', adminLedger());
  admin.route('/sources', adminRefusals());
  admin.route('/sources', adminImports());
  admin.route('/sources', adminHooks());
  admin.route('/sources', adminExport());
  admin.route('/sources', adminCheckToken());
  admin.route('/overview', adminOverview());
  admin.route('/search', adminSearch());
  admin.route('/metrics', adminMetrics());
  admin.route('/people', adminPeople());
  admin.route('/incidents', adminIncidents());
  admin.route('/alert-channels', adminAlertChannels());
  admin.route('/instance', adminInstance());
  admin.route('/', adminBackup());
  admin.route('/integrations', adminIntegrations());
  admin.route('/integrations', adminDeliveries());
  admin.route('/integrations', adminReadiness());
  admin.route('/integrations', adminMappings());
  admin.route('/integrations', adminLinkedIn());
  admin.route('/integrations', adminOAuth());
  admin.route('/integrations', adminTry());
  admin.route('/integrations', adminDoctor());
  admin.all('*', respondUnknownPath(app));
  app.route('/v1/admin', admin);

  app.get('/v1/hooks/:hook', securityHeaders, answerChallenge);
  app.post('/v1/hooks/:hook', securityHeaders, receiveHook);
  app.get('/oauth/linkedin/callback', oauthCallback);
  app.route('/healthz', deepHealth());
  app.get('/openapi.json', securityHeaders, openApiRoute);
  app.route('/demo', demoRoutes());
  // The collector's router ignores a slash at the end of a path, and this one doesn't.
  app.all('*', securityHeaders, respondUnknownPath(app));
  return app;
}
