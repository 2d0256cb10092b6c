import * as v from 'valibot';

import { sandboxTime } from '../clock.ts';
import { aRule } from './seed-state.ts';
import { StatePatchSchema } from './state-patch-schema.ts';
import type { Campaign, State } from './state.ts';

const SCOPES = ['r_ads', 'rw_conversions'];
const ROLES = { manager: 'CAMPAIGN_MANAGER', viewer: 'VIEWER' };

/** Changes the sandbox's state. Returns a text that explains the mistake when there is one. */
export function patchState(state: State, input: unknown, machineNow: number): string | undefined {
  const parsed = v.safeParse(StatePatchSchema, input);
  if (!parsed.success) {
    const [issue] = parsed.issues;
    const known = Object.keys(StatePatchSchema.entries).join(', ');
    return `${v.getDotPath(issue) ?? 'The state'}: ${issue.message}. Known: ${known}`;
  }
  const { now, frozen, add_rules: addRules, add_campaigns: addCampaigns, ...rest } = parsed.output;
  const { versions, clients, tokens, refresh_tokens, accounts, campaigns, rules, ...plain } = rest;
  const at = sandboxTime(machineNow, state);
  const usualToken = { client_id: 'app-1', member: 'manager', scopes: SCOPES, issued_at: at, revoked: false };

  Object.assign(state, plain);
  // A stopped clock has no offset.
  if (plain.clock_offset_ms !== undefined) state.frozen_at_ms = null;
  mergeTexts(state.versions, versions);
  merge(state.clients, clients, () => ({ secret: '', redirect_uris: [], scopes: SCOPES }));
  merge(state.tokens, tokens, () => ({ ...usualToken, expires_at: null }));
  merge(state.refresh_tokens, refresh_tokens, () => usualToken);
  merge(state.accounts, accounts, (id) => ({ name: `Account ${id}`, currency: 'USD', status: 'ACTIVE', roles: ROLES }));
  merge(state.campaigns, campaigns, (id) => aCampaign(id, '100'));
  merge(state.rules, rules, (id) => aRule(at, { name: `Rule ${id}` }));
  addMany(addRules, ({ account }) => {
    const id = nextRuleId(state);
    state.rules[id] = aRule(at, { name: `Rule ${id}`, account });
  });
  addMany(addCampaigns, ({ account }, index) => {
    const id = String(Math.max(9_999, ...Object.keys(state.campaigns).map(Number)) + 1);
    state.campaigns[id] = aCampaign(id, account, index);
  });
  setClock(state, machineNow, { now, frozen });
  return undefined;
}

/** Returns the ID of the next rule, and counts on. */
export function nextRuleId(state: State): string {
  let id = state.next_rule_id;
  while (state.rules[id] !== undefined) id += 1;
  state.next_rule_id = id + 1;
  return String(id);
}

const aCampaign = (id: string, account: string, index = 0): Campaign => ({
  name: `Campaign ${id}`,
  account,
  status: index % 2 === 0 ? 'ACTIVE' : 'DRAFT',
  objective: 'WEBSITE_CONVERSION',
});

type Bulk = { count: number; account: string };

function addMany(bulk: Bulk | undefined, add: (bulk: Bulk, index: number) => void): void {
  if (bulk !== undefined) for (let index = 0; index < bulk.count; index += 1) add(bulk, index);
}

type Change<T> = { [K in keyof T]?: T[K] | undefined };

/** Merges an entry's members over the existing ones or the defaults; null removes the entry. */
function merge<T extends object>(
  target: Record<string, T>,
  changes: Record<string, Change<T> | null> | undefined,
  usual: (key: string) => T,
): void {
  for (const [key, change] of Object.entries(changes ?? {})) {
    if (change === null) delete target[key];
    else target[key] = Object.assign({}, target[key] ?? usual(key), change);
  }
}

function mergeTexts(target: Record<string, string>, changes: Record<string, string | null> | undefined): void {
  for (const [key, value] of Object.entries(changes ?? {})) {
    if (value === null) delete target[key];
    else target[key] = value;
  }
}

type ClockChange = { now: number | null | undefined; frozen: boolean | undefined };

function setClock(state: State, machineNow: number, { now, frozen }: ClockChange): void {
  if (now === null) Object.assign(state, { clock_offset_ms: 0, frozen_at_ms: null });
  if (typeof now === 'number') {
    state.clock_offset_ms = now - machineNow;
    if (state.frozen_at_ms !== null) state.frozen_at_ms = now;
  }
  if (frozen === true) state.frozen_at_ms ??= sandboxTime(machineNow, state);
  if (frozen === false && state.frozen_at_ms !== null) {
    state.clock_offset_ms = state.frozen_at_ms - machineNow;
    state.frozen_at_ms = null;
  }
}
