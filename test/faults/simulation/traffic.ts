import type { SecretChanges } from '../../../worker/objects/credentials/token-store.ts';
import type { Integration } from '../../../worker/schema/settings/integration.ts';

/** An admin's setting of an integration, and since when the registry has it. */
export type Said = { fromMs: number; integration: Integration | undefined };

/**
 * An admin's change of a token: when the call began, when it was confirmed, and its place in the order in which such
 * calls arrived. Of two simultaneous changes the later one may be confirmed first.
 */
export type SaidToken = { saidFromMs: number; saidAtMs: number; turn: number };

/** The traffic between the objects, recorded as it happens, so that invariants can check it. */
export class Traffic {
  /** The granted permits, even if the answer never reached the object. */
  readonly permits: { app: string; atMs: number }[] = [];
  /** The start of each token's validity: when a person set it, or when its renewal was requested. */
  /** When each outbox last stored something sealed, and since which start: the memory since then has that key. */
  readonly sealed = new Map<string, { epoch: number; atMs: number }>();
  readonly tokenGrantedAtMs = new Map<string, number>();
  readonly said = new Map<string, Said[]>();
  readonly saidTokens = new Map<string, SaidToken>();
  /** The changes of each integration's secrets, in the order of their turns. */
  readonly #secrets = new Map<string, { turn: number; changes: SecretChanges }[]>();
  readonly #working = new Map<string, { epoch: number; calls: number }>();
  /** How often each source started work for sending. */
  readonly #begun = new Map<string, number>();

  say(id: string, said: Said): void {
    this.said.set(id, [...(this.said.get(id) ?? []), said]);
  }

  saySecrets(id: string, changes: SecretChanges, when: SaidToken): void {
    const { turn } = when;
    const said = [...(this.#secrets.get(id) ?? []), { turn, changes }];
    this.#secrets.set(
      id,
      said.toSorted((one, other) => one.turn - other.turn),
    );
    if (changes.access_token !== undefined && turn > (this.saidTokens.get(id)?.turn ?? 0))
      this.saidTokens.set(id, when);
  }

  /** Returns the app that was set last. */
  saidApp(id: string): { clientId?: string; clientSecret?: string } {
    const { oauth_client_id: clientId, oauth_client_secret: clientSecret } = this.#saidSecrets(id);
    return {
      ...(typeof clientId === 'string' && { clientId }),
      ...(typeof clientSecret === 'string' && { clientSecret }),
    };
  }

  /** @param original The token it started with. */
  refreshTokenOf(id: string, original: string): string | undefined {
    const { refresh_token: said = original } = this.#saidSecrets(id);
    return said ?? undefined;
  }

  #saidSecrets(id: string): SecretChanges {
    const said = this.#secrets.get(id) ?? [];
    return said.reduce<SecretChanges>((sum, { changes }) => ({ ...sum, ...changes }), {});
  }

  /**
   * Records that an outbox waits for something that it needs for sending. Call the returned function when that has
   * come.
   */
  begin(source: string, epoch: number): () => void {
    const known = this.#working.get(source);
    const now = known?.epoch === epoch ? known : { epoch, calls: 0 };
    now.calls += 1;
    this.#begun.set(source, this.begunBy(source) + 1);
    this.#working.set(source, now);
    return () => {
      now.calls -= 1;
    };
  }

  begunBy(source: string): number {
    return this.#begun.get(source) ?? 0;
  }

  isSending(source: string, epoch: number): boolean {
    const known = this.#working.get(source);
    return known?.epoch === epoch && known.calls > 0;
  }
}
