import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { planChange, reachedStages, sentKey } from '../../../../worker/domain/hooks/stages.ts';
import type { Deal, StageChange } from '../../../../worker/domain/hooks/stages.ts';
import { dealOf, NEW_DEAL, storedDeal } from '../../../../worker/domain/hooks/stored-deal.ts';
import type { StageRules } from '../../../../worker/schema/settings/hook.ts';

const aStage = (event: string): StageRules['stages'][number] => ({ event, values: [event], value: { from: 'amount' } });
const rulesOf = (events: readonly string[], over: Partial<StageRules> = {}): StageRules => ({
  stages: events.map(aStage),
  on_skip: 'leave',
  on_back: 'ignore',
  ...over,
});
const EVENTS = ['A', 'B', 'C', 'D'];

type Reported = StageChange & { isSendable: boolean };
const reported = fc.record({
  atMs: fc.integer({ min: 1, max: 20 }),
  rank: fc.integer({ min: 0, max: EVENTS.length - 1 }),
  isSendable: fc.boolean(),
});
const anyRules = fc.record({
  on_skip: fc.constantFrom('leave' as const, 'fill' as const),
  on_back: fc.constantFrom('ignore' as const, 'again' as const),
});

/** Takes changes as the intake does, and returns what is sent. */
function take(
  changes: readonly Reported[],
  rules: StageRules,
): { deal: Deal; sent: string[]; times: number[]; outcomes: string[] } {
  let deal: Deal = { changes: [], sent: new Map() };
  const sent: string[] = [];
  const times: number[] = [];
  const outcomes = changes.map((change) => {
    const plan = planChange({ atMs: change.atMs, rank: change.rank }, deal, rules);
    if (plan.isOwn && !change.isSendable) return 'not sendable';
    const keys = plan.wanted.map(sentKey);
    sent.push(...keys);
    times.push(...plan.wanted.map(({ atMs }) => atMs));
    deal = {
      changes: plan.changes,
      sent: new Map([...deal.sent, ...plan.wanted.map((each) => [sentKey(each), each.atMs] as const)]),
    };
    return keys.length === 0 ? plan.otherwise : 'sent';
  });
  return { deal, sent, times, outcomes };
}

describe('the stages of a deal', () => {
  it('are each sent at most as often as the deal reached them, whatever comes in any order and however often', () => {
    fc.assert(
      fc.property(fc.array(reported), anyRules, (changes, over) => {
        const rules = rulesOf(EVENTS, over);
        const all = [...changes, ...changes];
        const { sent, times: sentAt } = take(all, rules);
        expect(new Set(sent).size).toBe(sent.length);
        // Never twice for the same time.
        expect(new Set(sent.map((key, index) => `${key.split(' ')[0]} ${sentAt[index]}`)).size).toBe(sent.length);
        for (const [rank] of EVENTS.entries()) {
          const times = (keys: readonly number[]): number => keys.filter((each) => each === rank).length;
          const most = all.map((_, index) => {
            const { deal } = take(all.slice(0, index + 1), rules);
            return times(reachedStages(deal.changes, rules).map((each) => each.rank));
          });
          expect(times(sent.map((key) => Number(key.split(' ')[0])))).toBeLessThanOrEqual(Math.max(0, ...most));
        }
      }),
    );
  });

  it.each([
    { late: 'a stage before it', came: 'C3 B1 A2', sent: 'C3 B1' },
    { late: 'the step back before it', came: 'A1 C3 B2 A2', sent: 'A1 C3 B2' },
    { late: 'the step back between two', came: 'A1 C2 C4 A3', sent: 'A1 C2 C4' },
    { late: 'an earlier time of it', came: 'C5 C3', sent: 'C5' },
    { late: 'an earlier time of it, before a step back', came: 'C5 A4 C3', sent: 'C5 A4 C3' },
    { late: 'the first time and the step back', came: 'C4 C2 A3', sent: 'C4 C2' },
  ])('that were sent are not sent once more when $late comes late', ({ came, sent: expected }) => {
    const changes = came.split(' ').map(([event = '', ...time]) => ({
      atMs: Number(time.join('')),
      rank: EVENTS.indexOf(event),
      isSendable: true,
    }));
    const { sent, times } = take(changes, rulesOf(EVENTS, { on_back: 'again' }));

    expect(sent.map((key, index) => `${EVENTS[Number(key.split(' ')[0])]}${times[index]}`).join(' ')).toBe(expected);
  });

  it('that can be sent and are not passed are all sent, although changes before them could not be', () => {
    fc.assert(
      fc.property(fc.array(reported), (changes) => {
        const { sent, outcomes } = take(changes, rulesOf(EVENTS));
        const due = changes.filter(({ isSendable }, index) => isSendable && outcomes[index] !== 'stage_passed');
        expect(sent).toEqual(expect.arrayContaining(due.map(({ rank }) => `${rank} 0`)));
      }),
    );
  });

  it('are the same as if a change that could not be sent had never come', () => {
    fc.assert(
      fc.property(fc.array(reported), anyRules, (changes, over) => {
        const { deal, outcomes } = take(changes, rulesOf(EVENTS, over));
        const others = changes.filter((_, index) => outcomes[index] !== 'not sendable');
        expect(take(others, rulesOf(EVENTS, over)).deal).toEqual(deal);
      }),
    );
  });

  it('stay the same in storage, and when the hook gets other stages, in another order', () => {
    fc.assert(
      fc.property(fc.array(reported), anyRules, (changes, over) => {
        const rules = rulesOf(EVENTS, over);
        const { deal } = take(changes, rules);
        const stored = storedDeal(deal, NEW_DEAL, rules);
        const others = rulesOf(['New', 'D', 'B'], over);
        const between = storedDeal(dealOf(stored, others), stored, others);
        const after = dealOf(between, rules);

        expect(dealOf(stored, rules)).toEqual(deal);
        expect(after.sent).toEqual(deal.sent);
        expect(new Set(after.changes.map((each) => JSON.stringify(each)))).toEqual(
          new Set(deal.changes.map((each) => JSON.stringify(each))),
        );
      }),
    );
  });

  it('with the same event are different stages', () => {
    const rules = rulesOf(['Lead', 'Lead']);
    const { deal } = take([{ atMs: 1, rank: 0, isSendable: true }], rules);

    expect(dealOf(storedDeal(deal, NEW_DEAL, rules), rules)).toEqual(deal);
    expect(planChange({ atMs: 2, rank: 1 }, deal, rules).wanted).toHaveLength(1);
  });
});
