/**
 * The published types of the sandbox say what its schemas accept, according to `tsc -b`. They are written out, because
 * whoever installs the package doesn't have the schemas' library. The code is never run.
 */
import type * as v from 'valibot';

import type { FaultOrder } from '../sandbox/controls/fault-order.ts';
import type { FaultOrderSchema } from '../sandbox/controls/fault.ts';
import type { StatePatch } from '../sandbox/state/state-patch-input.ts';
import type { StatePatchSchema } from '../sandbox/state/state-patch-schema.ts';

type AcceptedFault = v.InferInput<typeof FaultOrderSchema>;
type AcceptedPatch = v.InferInput<typeof StatePatchSchema>;

export const orders = (written: FaultOrder, accepted: AcceptedFault): readonly unknown[] => [
  written satisfies AcceptedFault,
  accepted satisfies FaultOrder,
];

export const patches = (written: StatePatch, accepted: AcceptedPatch): readonly unknown[] => [
  written satisfies AcceptedPatch,
  accepted satisfies StatePatch,
];
