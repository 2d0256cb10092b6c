import * as v from 'valibot';

import type { Account, Script } from './account.ts';
import { type Binding, UploadedBinding } from './binding.ts';
import { CODE, invalid, Refusal } from './refusal.ts';

/**
 * Checks the bindings of an upload, and replaces `inherit` with the binding of the previous version.
 *
 * @param provisioned The classes of objects that exist once the upload's `exports` are applied.
 * @throws Refusal
 */
export function checkBindings(
  uploaded: readonly unknown[],
  { account, script, provisioned }: { account: Account; script: Script; provisioned: ReadonlyMap<string, string> },
): Binding[] {
  const before = script.versions.at(-1)?.bindings ?? [];
  const names = new Set<string>();
  return uploaded.map((one) => {
    const parsed = v.safeParse(UploadedBinding, one);
    if (!parsed.success) throw invalid(`Invalid binding ${JSON.stringify(one)}: ${v.summarize(parsed.issues)}`);
    const binding = parsed.output;
    if (names.has(binding.name)) throw invalid(`Binding name '${binding.name}' is used more than once`);
    names.add(binding.name);
    switch (binding.type) {
      case 'inherit': {
        const inherited = before.find((other) => other.name === binding.name);
        if (inherited === undefined)
          throw new Refusal(
            400,
            CODE.inheritWithoutBinding,
            `Binding '${binding.name}' cannot be inherited, because the previous version does not have it`,
          );
        return inherited;
      }
      case 'kv_namespace':
        if (!account.namespaces.has(binding.namespace_id))
          throw new Refusal(400, CODE.namespaceNotFound, `KV namespace '${binding.namespace_id}' not found`);
        return binding;
      case 'durable_object_namespace':
        if (!provisioned.has(binding.class_name))
          throw new Refusal(
            400,
            CODE.notADurableObject,
            `Cannot create binding for class '${binding.class_name}' that is not currently configured to implement Durable Objects`,
          );
        return binding;
      case 'assets':
      case 'json':
      case 'plain_text':
      case 'ratelimit':
      case 'secret_text':
        return binding;
    }
  });
}
