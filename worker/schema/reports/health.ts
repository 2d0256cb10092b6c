/** `GET /healthz`. Everything but `status` is only in the answer to `?deep=1`. */
import * as v from 'valibot';

export const Health = v.object({
  status: v.literal('ok'),
  checked_at: v.exactOptional(v.string()),
  /** When the cron trigger last ran. It should run every five minutes. */
  cron_at: v.exactOptional(v.nullable(v.string())),
  /** The number of sources that were checked: those that the token may see, at most 500. */
  sources: v.exactOptional(v.number()),
  /** The conversion that has waited longest among the next 200 of each rule queue, even if it is held. */
  oldest_waiting: v.exactOptional(
    v.nullable(v.object({ source_id: v.string(), since: v.string(), seconds: v.number(), held: v.boolean() })),
  ),
});
export type Health = v.InferOutput<typeof Health>;
