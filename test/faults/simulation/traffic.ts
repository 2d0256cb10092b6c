import type { SecretChanges } from '../../../worker/objects/credentials/token-store.ts';
import type { Integration } from '../../../worker/schema/settings/integration.ts';

/** An admin's setting of an integration, and since when the registry has it. */
export type Said = { fromMs: number; integration: Integration | undefined };

/** An admin's change of a token: when the call began, and when it was confirmed. */
export type SaidToken = { saidFromMs: number; saidAtMs: number };

/** The traffic between the objects, recorded as it happens, so that invariants can check it. */
export class Traffic {
  /** The granted permits, even if the answer never reached the object. */
  readonly permits: { app: string; atMs: number }[] = [];
  /** The start of each token's validity: when a person set it, or when its renewal was requested. */
  readonly tokenGrantedAtMs = new Map<string, number>();
  readonly said = new Map<string, Said[]>();
  readonly saidTokens = new Map<string, SaidToken>();
  readonly saidApps = new Map<string, { clientId?: string; clientSecret?: string }>();
  /** The refresh tokens that were set; undefined once they are cleared. */
  readonly #refreshTokens = new Map<string, string | undefined>();
  readonly #working = new Map<string, { epoch: number; calls: number }>();
  /** How often each source started work for sending. */
  readonly #begun = new Map<string, number>();

  say(id: string, said: Said): void {
    this.said.set(id, [...(this.said.get(id) ?? []), said]);
  }

  saySecrets(id: string, changes: SecretChanges, when: SaidToken): void {
    const { access_token, refresh_token, oauth_client_id, oauth_client_secret } = changes;
    if (access_token !== undefined) this.saidTokens.set(id, when);
    this.saidApps.set(id, {
      ...this.saidApps.get(id),
      ...(typeof oauth_client_id === 'string' && { clientId: oauth_client_id }),
      ...(typeof oauth_client_secret === 'string' && { clientSecret: oauth_client_secret }),
    });
    if (refresh_token !== undefined) this.#refreshTokens.set(id, refresh_token ?? undefined);
  }

  /** @param original The token it started with. */
  refreshTokenOf(id: string, original: string): string | undefined {
    return this.#refreshTokens.has(id) ? this.#refreshTokens.get(id) : original;
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
