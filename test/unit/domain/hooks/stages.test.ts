import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { planChange, reachedKey } from '../../../../worker/domain/hooks/stages.ts';
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
function take(changes: readonly Reported[], rules: StageRules): { deal: Deal; sent: string[]; outcomes: string[] } {
  let deal: Deal = { changes: [], sent: new Set() };
  const sent: string[] = [];
  const outcomes = changes.map((change) => {
    const plan = planChange({ atMs: change.atMs, rank: change.rank }, deal, rules);
    if (plan.isOwn && !change.isSendable) return 'not sendable';
    const keys = plan.wanted.map(reachedKey);
    sent.push(...keys);
    deal = { changes: plan.changes, sent: new Set([...deal.sent, ...keys]) };
    return keys.length === 0 ? plan.otherwise : 'sent';
  });
  return { deal, sent, outcomes };
}

describe('the stages of a deal', () => {
  it('are each sent at most once for each round, whatever comes in any order and however often', () => {
    fc.assert(
      fc.property(fc.array(reported), anyRules, (changes, over) => {
        const { sent } = take([...changes, ...changes], rulesOf(EVENTS, over));
        expect(new Set(sent).size).toBe(sent.length);
      }),
    );
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
