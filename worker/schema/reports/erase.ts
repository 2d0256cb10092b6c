/** `POST /v1/admin/people/erase` */
import * as v from 'valibot';

const Identifier = v.pipe(v.string(), v.trim(), v.nonEmpty('expected at least one character'), v.maxLength(256));

export const EraseRequest = v.pipe(
  v.strictObject({
    /** An address, or its SHA-256. */
    email: v.exactOptional(Identifier),
    anonymous_id: v.exactOptional(Identifier),
    user_id: v.exactOptional(Identifier),
    /** The ID or URN of a response to one of LinkedIn's lead forms. */
    lead_id: v.exactOptional(Identifier),
  }),
  v.check((person) => Object.keys(person).length > 0, 'expected "email", "anonymous_id", "user_id" or "lead_id"'),
);
export type EraseRequest = v.InferOutput<typeof EraseRequest>;

export const EraseAnswer = v.object({
  /** Deliveries that waited or had failed, and are now erased. */
  erased: v.number(),
  /** Sources that were searched. */
  sources: v.number(),
});
