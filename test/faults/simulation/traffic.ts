import type { SecretChanges } from '../../../worker/objects/credentials/token-store.ts';
import type { Integration } from '../../../worker/schema/settings/integration.ts';

/** What an admin has said of an integration, and since when the registry has it. */
export type Said = { fromMs: number; integration: Integration | undefined };

/** What an admin has said of its token: they began to say so, and then they were told that it is kept. */
export type SaidToken = { saidFromMs: number; saidAtMs: number };

/** What passes between the objects, written down as it happens, so that what must hold of it can be looked at. */
export class Traffic {
  /** Permits that were granted, whether or not anybody heard of it. */
  readonly permits: { app: string; atMs: number }[] = [];
  /** When what gave a token its right was known: a person's own when they set it, a renewed one when that was asked for. */
  readonly tokenGrantedAtMs = new Map<string, number>();
  readonly said = new Map<string, Said[]>();
  readonly saidTokens = new Map<string, SaidToken>();
  readonly saidApps = new Map<string, { clientId?: string; clientSecret?: string }>();
  /** The refresh tokens that were set; undefined once they are cleared. */
  readonly #refreshTokens = new Map<string, string | undefined>();
  readonly #working = new Map<string, { epoch: number; calls: number }>();
  /** How often each source has begun to do something in order to send. */
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

  /** @param original What it began with. */
  refreshTokenOf(id: string, original: string): string | undefined {
    return this.#refreshTokens.has(id) ? this.#refreshTokens.get(id) : original;
  }

  /** An outbox waits for something that it needs in order to send. Call what is returned when that has come. */
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
