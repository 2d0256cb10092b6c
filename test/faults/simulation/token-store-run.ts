import { expect } from 'vitest';

import { TokenStore } from '../../../worker/objects/credentials/token-store.ts';
import type { SecretChanges, Secrets } from '../../../worker/objects/credentials/token-store.ts';
import { ordersOf } from './every-order.ts';
import type { Await, Run } from './every-order.ts';

const NOW = Date.parse('2026-11-21T12:00:00Z');

const CHANGES = {
  'sets a token': { access_token: 'pasted' },
  'sets another app': { oauth_client_id: 'app-2', oauth_client_secret: 'secret-2', refresh_token: 'ref-2' },
  'sets a refresh token': { refresh_token: 'ref-3' },
  disconnects: { access_token: null, refresh_token: null },
} as const satisfies Record<string, SecretChanges>;

export type KeeperOperation = keyof typeof CHANGES | 'asks for a token' | 'says that it was refused' | 'deletes';

export const KEEPER_OPERATIONS: readonly KeeperOperation[] = [
  'sets a token',
  'sets another app',
  'sets a refresh token',
  'disconnects',
  'asks for a token',
  'says that it was refused',
  'deletes',
];

/** The credentials, as far as people set them. */
type Words = { token: string | undefined; refreshToken: string | undefined; clientId: string | undefined };

const BEFORE: Words = { token: 'old', refreshToken: 'ref-1', clientId: 'app-1' };

const ASKING: readonly KeeperOperation[] = ['asks for a token', 'says that it was refused'];

/**
 * Returns the credentials after sequential operations. A request for a token renews a refused one with the credentials
 * of that time.
 */
function wordsAfter(operations: readonly KeeperOperation[]): Words {
  let words = BEFORE;
  for (const operation of operations) {
    switch (operation) {
      case 'deletes':
        words = { token: undefined, refreshToken: undefined, clientId: undefined };
        break;
      case 'asks for a token':
      case 'says that it was refused':
        if (words.token !== 'pasted' && words.refreshToken !== undefined && words.clientId !== undefined)
          words = { ...words, token: renewedWith(words) };
        break;
      case 'sets a token':
      case 'sets another app':
      case 'sets a refresh token':
      case 'disconnects':
        words = changed(words, CHANGES[operation]);
    }
  }
  return words;
}

function changed(words: Words, { access_token, refresh_token, oauth_client_id }: SecretChanges): Words {
  return {
    token: access_token === undefined ? words.token : (access_token ?? undefined),
    refreshToken: refresh_token === undefined ? words.refreshToken : (refresh_token ?? undefined),
    clientId: oauth_client_id ?? words.clientId,
  };
}

function renewedWith({ refreshToken, clientId }: Omit<Words, 'token'>): string {
  return `renewed with ${refreshToken ?? ''} of ${clientId ?? ''}`;
}

/** Runs operations on the secrets of a connection whose token was refused, all started at once. */
export function keeperRun(operations: readonly KeeperOperation[], wait: Await): Run {
  let secrets: Secrets | 'absent' = {
    tokens: [{ token: 'old', issuedAtMs: NOW - 86_400_000, refusedAtMs: NOW - 1 }],
    refreshToken: 'ref-1',
    clientId: 'app-1',
    clientSecret: 'secret-1',
  };
  let renewing = 0;
  const keeper = new TokenStore({
    read: () => wait(() => secrets),
    write: (written) => wait(() => void (secrets = written)),
    clear: () => wait(() => void (secrets = 'absent')),
    tokenId: async (token) => token,
    renew: ({ refreshToken, clientId }) => {
      renewing += 1;
      expect(renewing).toBe(1);
      return wait(() => {
        renewing -= 1;
        return {
          kind: 'refreshed' as const,
          accessToken: renewedWith({ refreshToken, clientId }),
          expiresInSeconds: undefined,
          refreshToken: undefined,
          refreshTokenExpiresInSeconds: undefined,
        };
      });
    },
    now: () => NOW,
  });
  const operate = async (operation: KeeperOperation): Promise<unknown> => {
    // The call arrives at some time.
    await wait(() => undefined);
    if (operation === 'asks for a token') return keeper.access();
    if (operation === 'says that it was refused') return keeper.refused('old');
    if (operation === 'deletes') return keeper.forget();
    return keeper.change(CHANGES[operation]);
  };
  return {
    done: Promise.all(operations.map(operate)),
    check: () => {
      const { tokens, refreshToken, clientId } = secrets === 'absent' ? { tokens: [] } : secrets;
      const kept = { token: tokens[0]?.token, refreshToken, clientId };
      // A renewal that a person's change overtook counts for nothing, as if it was never requested.
      const said = operations.filter((operation) => !ASKING.includes(operation));
      const isOfSomeOrder = [...ordersOf(operations), ...ordersOf(said)]
        .map(wordsAfter)
        .some(
          (words) => words.token === kept.token && words.refreshToken === refreshToken && words.clientId === clientId,
        );
      expect(isOfSomeOrder ? secrets : `of no order: ${JSON.stringify(secrets)}`).toBe(secrets);
    },
  };
}
