import * as v from 'valibot';

const name = v.pipe(v.string(), v.regex(/^[A-Za-z_$][\w$]*$/, 'is not a JavaScript identifier'));
/** wrangler writes `raw: undefined` and the like, which JSON leaves out. */
const bindingOf = <const Type extends string, Fields extends v.ObjectEntries>(type: Type, fields: Fields) =>
  v.strictObject({ type: v.literal(type), name, ...fields });

/**
 * The bindings that Directflight uses, member by member. Any other kind or member is refused, so that a new one is a
 * decision in this file too. https://developers.cloudflare.com/workers/configuration/multipart-upload-metadata/
 */
export const UploadedBinding = v.variant('type', [
  bindingOf('plain_text', { text: v.string() }),
  bindingOf('json', { json: v.any() }),
  bindingOf('secret_text', { text: v.pipe(v.string(), v.minLength(1)) }),
  bindingOf('inherit', {}),
  bindingOf('assets', {}),
  bindingOf('kv_namespace', { namespace_id: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)) }),
  bindingOf('durable_object_namespace', { class_name: name }),
  bindingOf('ratelimit', {
    namespace_id: v.pipe(v.string(), v.regex(/^[1-9]\d*$/)),
    simple: v.strictObject({ limit: v.pipe(v.number(), v.integer(), v.minValue(1)), period: v.picklist([10, 60]) }),
  }),
]);

/** A binding of a version. `inherit` has been replaced by the binding that it names. */
export type Binding = Exclude<v.InferOutput<typeof UploadedBinding>, { type: 'inherit' }>;
