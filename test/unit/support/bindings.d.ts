import type { Env as WorkerEnv } from '../../../worker/env.ts';
import type * as main from '../../../worker/index.ts';

declare global {
  namespace Cloudflare {
    // The types of `env` and `exports` from "cloudflare:workers" in these tests: the bindings of wrangler.toml, and our
    // Worker.
    interface Env extends WorkerEnv {
      /** The number of inputs for the fuzz tests, and their first seed. */
      FUZZ_INPUTS?: string;
      FUZZ_SEED?: string;
    }
    interface GlobalProps {
      mainModule: typeof main;
    }
  }
}
