import type { FieldProblem } from '../../schema/problem.ts';
import type { Hook, HookKind } from '../../schema/settings/hook.ts';
import { valueProblems } from '../mapping-kit/value-problems.ts';
import { namesEvents } from './hook-rows.ts';
import { standardWebhookKey } from './signature.ts';

/** The kinds that sign with the secret of an app of yours. */
const APPS: Readonly<Partial<Record<HookKind, string>>> = { hubspot: 'HubSpot', linkedin_lead_sync: 'LinkedIn' };

/** Standard Webhooks asks for 24 to 64 bytes. Shorter ones could be guessed. */
const MIN_KEY_BYTES = 16;

/**
 * Checks a hook before it is saved, and returns the parts that could never work. `liquidFor` must be called with its
 * fields first.
 */
export function hookProblems(hook: Pick<Hook, 'kind' | 'event' | 'stages' | 'fields'>): FieldProblem[] {
  const fields = Object.entries(hook.fields).flatMap(([name, value]) => valueProblems(value, `/fields/${name}`));
  return [...fields, ...eventProblems(hook), ...sharedValues(hook.stages)];
}

/** Checks a secret of one's own, and returns what no request could be signed with. */
export function secretProblems(kind: HookKind, secret: string | undefined): FieldProblem[] {
  const pointer = '/secret';
  const app = APPS[kind];
  if (secret === undefined)
    return app === undefined ? [] : [{ pointer, detail: `expected the client secret of your ${app} app` }];
  if (kind === 'pipedrive' && !/^[^:]+:./.test(secret))
    return [{ pointer, detail: 'expected a user name and a password with a colon between them' }];
  if (kind === 'generic' && (standardWebhookKey(secret)?.byteLength ?? 0) < MIN_KEY_BYTES)
    return [
      {
        pointer,
        detail: `expected whsec_ and at least ${MIN_KEY_BYTES} bytes in base64, or no secret: then one is made`,
      },
    ];
  return [];
}

function eventProblems({
  kind,
  event,
  stages,
  fields,
}: Pick<Hook, 'kind' | 'event' | 'stages' | 'fields'>): FieldProblem[] {
  const named = 'event' in fields ? fields['event'] !== null && fields['event'] !== '' : namesEvents(kind);
  if (named || event !== null || stages !== null) return [];
  const detail = `expected an event: without event, stages or fields.event, no request from ${kind} becomes an event`;
  return [{ pointer: '/event', detail }];
}

/**
 * Returns the stages that have the event of an earlier one. A deal that reaches both would send this event twice. They
 * are refused only in stages that are saved now, because older releases accepted them.
 */
export function sharedEvents(rules: Hook['stages']): FieldProblem[] {
  const events = (rules?.stages ?? []).map(({ event }) => event);
  return events.flatMap((event, place) => {
    const first = events.indexOf(event);
    if (first === place) return [];
    const detail = `expected an event that no other stage has: a deal that reaches both stages would send "${event}" twice. Add the values to the other stage, or choose another event`;
    return [{ pointer: `/stages/stages/${place}/event`, detail }];
  });
}

/** Each value may stand for only one stage, so that a change has only one meaning. */
function sharedValues(rules: Hook['stages']): FieldProblem[] {
  const owners = new Map<string, { event: string; place: number }>();
  return (rules?.stages ?? []).flatMap(({ event, values }, place) =>
    values.flatMap((value, index) => {
      const key = value.toLowerCase();
      const owner = owners.get(key);
      if (owner === undefined) owners.set(key, { event, place });
      if (owner === undefined || owner.place === place) return [];
      const detail = `expected a value that no other stage has: "${owner.event}" has it too, and case doesn’t matter`;
      return [{ pointer: `/stages/stages/${place}/values/${index}`, detail }];
    }),
  );
}
