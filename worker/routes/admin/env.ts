import type { Principal } from '../../domain/access/permission.ts';
import type { Env } from '../../env.ts';
import type { Integration } from '../../schema/settings/integration.ts';

/** The values that the management API's middleware passes on. */
export type AdminEnv = {
  Bindings: Env;
  Variables: {
    principal: Principal;
    /** The integration in the path. `withinIntegration` reads it once per request. */
    integration?: Integration;
    /** The source that the request is about, once it is known. */
    sourceId?: string;
    /** The fields in the body as JSON pointers, for the audit log. */
    fields?: readonly string[];
    /** True for an editor's request that changed nothing, such as the preview of a replay. */
    hasOnlyLooked?: boolean;
  };
};
