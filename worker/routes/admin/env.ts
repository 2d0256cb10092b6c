import type { Principal } from '../../domain/access/permission.ts';
import type { Env } from '../../env.ts';

/** What the management API's middleware hands on. */
export type AdminEnv = {
  Bindings: Env;
  Variables: {
    principal: Principal;
    /** Whose website the request is about, once that is known. */
    sourceId?: string;
    /** The fields that the body gave, as JSON pointers; for the audit log. */
    fields?: readonly string[];
    /** An editor's request that only looked, such as the preview of a replay. */
    hasOnlyLooked?: boolean;
  };
};
