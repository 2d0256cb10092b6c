import { sandboxTime } from './clock.ts';
import { Inbox } from './inbox.ts';
import { Journal } from './journal.ts';
import { RateLimiter } from './rate-limiter.ts';
import { seedState } from './state/seed-state.ts';
import type { StatePatch } from './state/state-patch-input.ts';
import { patchState } from './state/state-patch.ts';
import type { Association, RefreshToken, Rule, State, Token } from './state/state.ts';

/** The grant behind an authorization code, until it is exchanged. */
export type Grant = {
  readonly client_id: string;
  readonly redirect_uri: string;
  readonly scopes: readonly string[];
  readonly issued_at: number;
};

/** The one sandboxed LinkedIn: its state, the received requests, and its time. */
export class World {
  state: State;
  readonly inbox: Inbox;
  readonly limiter = new RateLimiter();
  /** Codes last for half an hour, so they need no journal. */
  readonly grants = new Map<string, Grant>();
  readonly #machineNow: () => number;
  readonly #journal: Journal;

  constructor(options: { now: () => number; journalPath: string | undefined }) {
    this.#machineNow = options.now;
    this.#journal = new Journal(options.journalPath);
    this.state = seedState(options.now());
    this.inbox = new Inbox(this.#journal);
    this.#recall();
  }

  now(): number {
    return sandboxTime(this.#machineNow(), this.state);
  }

  /** Changes the state. Returns a text that explains the mistake when there is one. */
  change(patch: unknown): string | undefined {
    return patchState(this.state, patch, this.#machineNow());
  }

  issueToken(text: string, token: Token): void {
    this.#changeForGood({ tokens: { [text]: token } });
  }

  issueRefreshToken(text: string, token: RefreshToken): void {
    this.#changeForGood({ refresh_tokens: { [text]: token } });
  }

  saveRule(id: string, rule: Rule): void {
    this.#changeForGood({ rules: { [id]: rule } });
  }

  saveAssociations(associations: Association[]): void {
    this.#changeForGood({ associations });
  }

  /** Restores the initial state, and deletes all received requests and issued tokens. */
  reset(): void {
    this.state = seedState(this.#machineNow());
    this.limiter.clear();
    this.grants.clear();
    this.inbox.clear();
    this.#journal.drop('state');
  }

  /** Tokens and events survive a restart; settings from the controls don't. */
  #changeForGood(patch: StatePatch): void {
    const mistake = this.change(patch);
    if (mistake !== undefined) throw new Error(`Changing the state: ${mistake}`);
    this.#journal.append([{ kind: 'state', value: patch }]);
  }

  #recall(): void {
    for (const { kind, value } of this.#journal.read()) if (kind === 'state') this.change(value);
  }
}
