import type { Env as WorkerEnv } from '../../../worker/env.ts';
import type * as main from '../../../worker/index.ts';

declare global {
  namespace Cloudflare {
    // What `env` and `exports` of "cloudflare:workers" are in these tests: the bindings of wrangler.toml, and our Worker.
    interface Env extends WorkerEnv {}
    interface GlobalProps {
      mainModule: typeof main;
    }
  }
}
