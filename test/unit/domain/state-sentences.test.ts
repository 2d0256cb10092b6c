import { describe, expect, it } from 'vitest';

import { deliverySentence, eventSentence } from '../../../worker/domain/delivery/state-sentences.ts';
import { DELIVERY_STATES, FAILURE_REASONS, HOLD_REASONS, SKIP_REASONS } from '../../../worker/schema/events/outcome.ts';

const delivery = { reason: null, attempts: 0, status: null };

describe('the sentence for a delivery', () => {
  it.each([
    [{ ...delivery, state: 'pending' }, 'On its way to LinkedIn.'],
    [
      { ...delivery, state: 'pending', attempts: 2, status: 503 },
      'LinkedIn has not accepted it yet (status 503). It will be sent again.',
    ],
    [
      { ...delivery, state: 'pending', attempts: 1 },
      'LinkedIn has not accepted it yet (no answer). It will be sent again.',
    ],
    [{ ...delivery, state: 'delivered' }, 'LinkedIn has accepted it.'],
    [{ ...delivery, state: 'dead', reason: 'Invalid Urn format' }, 'LinkedIn refuses this event: Invalid Urn format'],
    [{ ...delivery, state: 'dead', reason: 'payload_unreadable' }, FAILURE_REASONS.payload_unreadable],
    [{ ...delivery, state: 'dead', reason: 'constructor' }, 'LinkedIn refuses this event: constructor'],
    [
      { ...delivery, state: 'held', reason: 'rule_disabled' },
      `Held until this is fixed: ${HOLD_REASONS.rule_disabled}`,
    ],
    [{ ...delivery, state: 'skipped', reason: 'no_consent' }, SKIP_REASONS.no_consent],
  ] as const)('of %j is: %s', (outcome, sentence) => {
    expect(deliverySentence(outcome)).toBe(sentence);
  });

  it.each(DELIVERY_STATES)('exists for %s, even without a reason', (state) => {
    expect(deliverySentence({ ...delivery, state })).toMatch(/^[A-Z].*[.:a-z]$/);
  });
});

describe('the sentence for an event', () => {
  it.each(Object.keys(SKIP_REASONS))('says why it was skipped: %s', (reason) => {
    expect(eventSentence('track', reason, [])).toMatch(/^[A-Z].*\.$/);
  });

  it('says that nothing is wrong with an identify', () => {
    expect(eventSentence('identify', 'no_mapping', [])).toBe(
      "It identifies the visitor and isn't a conversion by itself.",
    );
  });

  it('describes its least finished delivery', () => {
    const deliveries = [
      { state: 'delivered', reason: null, sentence: 'LinkedIn has accepted it.' },
      { state: 'pending', reason: null, sentence: 'On its way to LinkedIn.' },
    ] as const;

    expect(eventSentence('track', null, deliveries)).toBe('On its way to LinkedIn.');
  });
});
