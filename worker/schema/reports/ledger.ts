/** Reconciliation: received = delivered + pending + held + dead + expired + erased + rejected + all skipped. */
import * as v from 'valibot';

const Count = v.pipe(v.number(), v.integer(), v.minValue(0));

const counts = {
  received: Count,
  delivered: Count,
  /** The delivered ones that LinkedIn accepted with an unreadable answer. */
  unconfirmed: Count,
  pending: Count,
  held: Count,
  dead: Count,
  expired: Count,
  erased: Count,
  /** Refused individually, while other events of the same batch were accepted. */
  rejected: Count,
  /** By reason. */
  skipped: v.record(v.string(), Count),
};

/** One UTC day and one event name. Events other than track are counted under their type. */
export const LedgerRow = v.object({
  day: v.string(),
  /** The UTC hour of the day, 0 to 23. Only when hours were requested. */
  hour: v.exactOptional(v.pipe(v.number(), v.integer())),
  event: v.string(),
  ...counts,
});
export type LedgerRow = v.InferOutput<typeof LedgerRow>;

export const Ledger = v.object({
  data: v.array(LedgerRow),
  totals: v.object(counts),
  /** True when the totals match the equation above. False means a bug of ours. */
  balanced: v.boolean(),
});
export type Ledger = v.InferOutput<typeof Ledger>;

const { received: _received, rejected: _rejected, ...ends } = counts;
const ofDeliveries = { deliveries: Count, ...ends };

/** The deliveries of one UTC day, event name and conversion rule, by result. */
export const RuleLedgerRow = v.object({
  day: v.string(),
  event: v.string(),
  integration_id: v.string(),
  conversion_rule_id: v.string(),
  ...ofDeliveries,
});
export type RuleLedgerRow = v.InferOutput<typeof RuleLedgerRow>;

/** deliveries = delivered + pending + held + dead + expired + erased + all skipped */
export const RuleLedger = v.object({ data: v.array(RuleLedgerRow), totals: v.object(ofDeliveries) });
export type RuleLedger = v.InferOutput<typeof RuleLedger>;
