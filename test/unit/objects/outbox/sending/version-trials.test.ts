import { describe, expect, it } from 'vitest';

import { VersionTrials } from '../../../../../worker/objects/outbox/sending/version-trials.ts';
import { inAnOutbox, INTEGRATION } from '../../../support/an-outbox.ts';

const trying = <Result>(work: (trials: VersionTrials) => Result) =>
  inAnOutbox(({ database }) => work(new VersionTrials(database.sql)));

describe('a trial of a newer version', () => {
  it('is made by one batch at a time, until LinkedIn accepts or refuses it', async () => {
    const seen = await trying((trials) => {
      const begin = () => trials.begin(INTEGRATION, '202601');
      const before = begin();
      trials.offer(INTEGRATION, '202608');
      trials.offer(INTEGRATION, '202609');
      const first = [begin(), begin(), trials.begin('int_2', '202601')];
      trials.end(INTEGRATION);
      const again = begin();
      trials.end(INTEGRATION);
      trials.refuse(INTEGRATION, { version: '202609', atMs: 1, message: 'No' });
      const refused = [begin(), trials.versions(INTEGRATION, '202601')];
      trials.offer(INTEGRATION, '202610');
      trials.follow(INTEGRATION, { configured: '202601', version: '202610' });
      return { before, first, again, refused, after: trials.versions(INTEGRATION, '202601') };
    });

    expect(seen).toEqual({
      before: undefined,
      first: ['202609', undefined, undefined],
      again: '202609',
      refused: [
        undefined,
        { inUse: '202601', next: undefined, refused: [{ version: '202609', atMs: 1, message: 'No' }] },
      ],
      after: { inUse: '202610', next: undefined, refused: [] },
    });
  });

  it('is not made of a version that is not newer than the one in use', async () => {
    const begun = await trying((trials) => {
      trials.offer(INTEGRATION, '202609');
      return trials.begin(INTEGRATION, '202609');
    });

    expect(begun).toBeUndefined();
  });
});
