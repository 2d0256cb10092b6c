import type { Env as WorkerEnv } from '../../../worker/env.ts';
import type * as main from '../../../worker/index.ts';

declare global {
  namespace Cloudflare {
    // What `env` and `exports` of "cloudflare:workers" are in these tests: the bindings of wrangler.toml, and our Worker.
    interface Env extends WorkerEnv {
      /** How much the fuzz tests send, and with which seed they begin. */
      FUZZ_INPUTS?: string;
      FUZZ_SEED?: string;
    }
    interface GlobalProps {
      mainModule: typeof main;
    }
  }
}
