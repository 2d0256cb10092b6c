import type { Principal } from '../../domain/access/permission.ts';
import type { Env } from '../../env.ts';
import type { Integration } from '../../schema/settings/integration.ts';

/** What the management API's middleware hands on. */
export type AdminEnv = {
  Bindings: Env;
  Variables: {
    principal: Principal;
    /** The integration that the path names. It is read once for a request, by `withinIntegration`. */
    integration?: Integration;
    /** Whose website the request is about, once that is known. */
    sourceId?: string;
    /** The fields that the body gave, as JSON pointers; for the audit log. */
    fields?: readonly string[];
    /** An editor's request that only looked, such as the preview of a replay. */
    hasOnlyLooked?: boolean;
  };
};
