/** T7, T8: the people that a caller can affect, with a write key and with a server key. */
import { assert, asyncProperty, boolean, constantFrom, option, record } from 'fast-check';
import { describe, expect, it } from 'vitest';

import { keptUnder, membershipBrowsers, reachableBy } from '../../../worker/domain/collect/people/reach.ts';
import type { Speaker } from '../../../worker/domain/collect/people/reach.ts';
import { memberTags } from '../../../worker/domain/identity/member-tags.ts';
import { NAMELESS, personTagger } from '../../../worker/domain/identity/person-tags.ts';
import type { Identifiers, Tagger } from '../../../worker/domain/identity/person-tags.ts';

/** Everything a stranger may know or guess about a person, except the IDs of browsers. */
const aGuess = record({
  emailSha256: option(constantFrom('hash-1', 'hash-2'), { nil: undefined }),
  userId: option(constantFrom('cust-7', 'cust-8', '7c1f0f4e'), { nil: undefined }),
  anonymousId: option(
    constantFrom('anon-7', '1001', '00000000-0000-4000-8000-000000000007', 'aaaaaaaa-aaaa-4aaa-aaaa-aaaaaaaaaaaa'),
    { nil: undefined },
  ),
});
const ANNS_BROWSER = '7c1f0f4e-6a2b-4d39-9d0c-3b5a8e21c6f7';
const STRANGERS_BROWSER = 'e2a94d10-58b3-4c6f-8f17-90d6c3b7a45e';
const STRANGERS_SDK = 'd04b6e93-1f7a-4852-b3c9-6e5d20a8f71b';

const server: Speaker = { key: 'server_key' };
const inBrowser = (browserId: string | undefined): Speaker => ({ key: 'write_key', browserId });
const aSpeaker = constantFrom(server, inBrowser(ANNS_BROWSER));
const aStranger = constantFrom(inBrowser(STRANGERS_BROWSER), inBrowser(undefined));

const tagger = (): Promise<Tagger> => personTagger([new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)]);
const tagsOf = async (people: readonly Identifiers[]): Promise<Set<string>> => {
  const tag = await tagger();
  return new Set((await Promise.all(people.map(tag))).flat());
};

describe('a stranger with the write key', () => {
  it('affects no data from a server or another browser, whatever they send', async () => {
    await assert(
      asyncProperty(aSpeaker, aGuess, aStranger, aGuess, boolean(), async (speaker, said, stranger, guess, hasSdk) => {
        const theirs = await tagsOf(keptUnder(speaker, said));

        const reached = await tagsOf(
          reachableBy(stranger, { ...guess, ...(hasSdk && { anonymousId: STRANGERS_SDK }) }),
        );

        expect([...reached].filter((tag) => theirs.has(tag))).toEqual([]);
      }),
    );
  });

  it("can't start or end a membership from a server or another browser", async () => {
    const tag = await tagger();
    const taggers = { write: tag, find: tag };
    await assert(
      asyncProperty(
        aSpeaker,
        aGuess,
        aStranger,
        aGuess,
        boolean(),
        async (speaker, said, stranger, guess, isBrowser) => {
          const own = await memberTags(said, membershipBrowsers(speaker, said, { isBrowser: true }), taggers);
          const { tags, known } = await memberTags(guess, membershipBrowsers(stranger, guess, { isBrowser }), taggers);

          const theirs = new Set([...own.tags, ...own.known.flat()]);
          expect([...tags, ...known.flat()].filter((name) => theirs.has(name))).toEqual([]);
        },
      ),
    );
  });
});

describe('the same browser', () => {
  it('affects everything that it sent, whatever it was sent with', async () => {
    await assert(
      asyncProperty(aGuess, aGuess, async (before, after) => {
        const browser = inBrowser(ANNS_BROWSER);
        const brought = await tagsOf(keptUnder(browser, before));

        const reached = await tagsOf(reachableBy(browser, after));

        expect([...reached].some((name) => brought.has(name))).toBe(true);
      }),
    );
  });

  it('also affects what a server sent with its random anonymous ID', () => {
    const said = { ...NAMELESS, anonymousId: ANNS_BROWSER };

    expect(reachableBy(inBrowser(undefined), said)).toEqual([said]);
    expect(keptUnder(server, { ...said, userId: 'ann' })).toEqual([{ ...said, userId: 'ann' }]);
  });
});

describe('a server key', () => {
  it('affects every ID that it names', async () => {
    await assert(
      asyncProperty(aSpeaker, aGuess, async (speaker, said) => {
        const kept = await tagsOf(keptUnder(speaker, said));
        const named = await tagsOf(reachableBy(server, said));

        expect([...named].filter((name) => !kept.has(name))).toEqual([]);
        expect(named.size).toBe(2 * Object.values(said).filter((id) => id !== undefined).length);
      }),
    );
  });
});
