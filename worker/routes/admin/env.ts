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
    /** The changed object as the API shows it, before and after, for the audit log. Empty when there is none. */
    changed?: { before: object; after: object };
    /** True for an editor's request that changed nothing, such as the preview of a replay. */
    hasOnlyLooked?: boolean;
  };
};
