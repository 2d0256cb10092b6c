import type { Context } from 'hono';
import { Hono } from 'hono';

import { hookProblems, secretProblems, sharedEvents } from '../../../domain/hooks/hook-problems.ts';
import { liquidFor } from '../../../domain/mapping-kit/liquid.ts';
import { IV_BYTES, seal } from '../../../domain/sealing/sealed-box.ts';
import type { FieldProblem } from '../../../schema/problem.ts';
import { WholeListQuery } from '../../../schema/queries.ts';
import { HookCreate, HookPatch } from '../../../schema/settings/hook.ts';
import type { Hook, HookKind, HookView } from '../../../schema/settings/hook.ts';
import { keyRingOf } from '../../http/key-ring.ts';
import { newId } from '../../http/new-id.ts';
import { Problem } from '../../http/problem.ts';
import type { AdminEnv } from '../env.ts';
import { pageOfAll, readInput } from '../input.ts';
import { readQuery } from '../query.ts';

const MAX_HOOKS = 20;
const NO_HOOK = 'The source has no hook with this ID';
const FIXED = 'cannot be changed: create another hook, and delete this one';

/** `/v1/admin/sources/{id}/hooks`: the addresses that CRMs call. */
export function adminHooks(): Hono<AdminEnv> {
  const routes = new Hono<AdminEnv>();

  routes.get('/:id/hooks', async (c) => {
    const hooks = await registry(c).hooks(await sourceId(c));
    return c.json(pageOfAll(hooks.map(hookView), readQuery(c, WholeListQuery), ({ id }) => id));
  });

  routes.post('/:id/hooks', async (c) => {
    const source = await sourceId(c);
    const { secret: given, stages, event, ...input } = await readInput(c, HookCreate);
    await refuseUnusable(
      { ...input, event: event ?? null, stages: stages ?? null },
      { more: [...secretProblems(input.kind, given), ...sharedEvents(stages ?? null)] },
    );
    const keyRing = keyRingOf(c.env.ENCRYPTION_KEY);
    if (keyRing.length === 0)
      throw new Problem(
        'encryption_key_missing',
        'Cannot create a hook: its secret is stored encrypted, and ENCRYPTION_KEY is missing.',
      );
    const id = newId('hook');
    const secret = given ?? newSecret(input.kind);
    const binding = { purpose: 'hook', owner: id };
    const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
    const hook: Hook = {
      ...input,
      id,
      source_id: source,
      enabled: true,
      event: event ?? null,
      stages: stages ?? null,
      created_at: new Date().toISOString(),
      secret_sealed: await seal(secret, { keyRing, binding, iv }),
    };
    if ((await registry(c).addHook(hook, MAX_HOOKS)) === 'too_many')
      throw new Problem('in_use', `Cannot add a hook: a source has at most ${MAX_HOOKS}. Delete one first.`);
    c.set('changed', { before: {}, after: hookView(hook) });
    return c.json({ ...hookView(hook), secret }, 201);
  });

  routes.patch('/:id/hooks/:hook', async (c) => {
    const source = await sourceId(c);
    const change = await readInput(c, HookPatch, { kind: FIXED, secret: FIXED });
    const before = (await registry(c).hooks(source)).find(({ id }) => id === c.req.param('hook'));
    // Fields that stay were accepted when they were saved, perhaps by an older release.
    if (before !== undefined)
      await refuseUnusable(
        { ...before, ...change },
        { more: sharedEvents(change.stages ?? null), areFieldsNew: change.fields !== undefined },
      );
    const changed = before && (await registry(c).changeHook(source, before.id, change));
    if (before === undefined || changed === undefined) throw new Problem('not_found', NO_HOOK);
    c.set('changed', { before: hookView(before), after: hookView(changed) });
    return c.json(hookView(changed));
  });

  routes.delete('/:id/hooks/:hook', async (c) => {
    const source = await sourceId(c);
    const known = (await registry(c).hooks(source)).find(({ id }) => id === c.req.param('hook'));
    if (known === undefined || !(await registry(c).removeHook(source, known.id)))
      throw new Problem('not_found', NO_HOOK);
    c.set('changed', { before: { name: known.name }, after: {} });
    return c.body(null, 204);
  });

  return routes;
}

type AdminContext = Context<AdminEnv>;

function registry(c: AdminContext): ReturnType<AdminEnv['Bindings']['REGISTRY']['getByName']> {
  return c.env.REGISTRY.getByName('registry');
}

async function sourceId(c: AdminContext): Promise<string> {
  const source = await registry(c).source(c.req.param('id') ?? '');
  if (source === undefined) throw new Problem('not_found', 'No source has this ID');
  return source.id;
}

/** @throws Problem field_invalid, which names each field that could never work. */
async function refuseUnusable(
  hook: Parameters<typeof hookProblems>[0],
  { more = [], areFieldsNew = true }: { more?: readonly FieldProblem[]; areFieldsNew?: boolean },
): Promise<void> {
  await liquidFor(Object.values(hook.fields));
  const found = hookProblems(hook).filter(({ pointer }) => areFieldsNew || !pointer.startsWith('/fields/'));
  const fields = [...more, ...found];
  const [first] = fields;
  if (first !== undefined)
    throw new Problem('field_invalid', `Cannot use ${first.pointer}: ${first.detail}`, { fields });
}

/** Returns a hook for the API. */
export function hookView({ secret_sealed: _, enabled = true, ...hook }: Hook): HookView {
  return { ...hook, enabled, path: `/v1/hooks/${hook.id}` };
}

/** In the form that the CRM wants: `whsec_…` for Standard Webhooks, a name and a password for Pipedrive. */
function newSecret(kind: HookKind): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24));
  if (kind === 'generic') return `whsec_${bytes.toBase64()}`;
  const text = bytes.toBase64({ alphabet: 'base64url', omitPadding: true });
  return kind === 'pipedrive' ? `directflight:${text}` : text;
}
