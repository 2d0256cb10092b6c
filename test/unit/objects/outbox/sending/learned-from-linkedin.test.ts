import { describe, expect, it } from 'vitest';

import { Learned } from '../../../../../worker/objects/outbox/sending/learned-from-linkedin.ts';
import { inAnOutbox, INTEGRATION } from '../../../support/an-outbox.ts';

const learning = <Result>(work: (learned: Learned) => Result) =>
  inAnOutbox(({ database }) => work(new Learned(database.sql)));

describe('the lessons learned about an integration', () => {
  it('include the refused identifier types, of this integration alone', async () => {
    const refused = await learning((learned) => {
      learned.refuseIdTypes(INTEGRATION, ['A', 'B']);
      learned.refuseIdTypes(INTEGRATION, ['A']);
      return [INTEGRATION, 'int_2'].map((id) => [...learned.refusedIdTypes(id)].toSorted());
    });

    expect(refused).toEqual([['A', 'B'], []]);
  });

  it('include the version that works in place of a retired one: the latest that was found', async () => {
    const found = await learning((learned) => {
      const before = learned.workingVersion(INTEGRATION, '202401');
      for (const working of ['202501', '202601', '202601'])
        learned.replaceVersion(INTEGRATION, { retired: '202401', working });
      return [before, learned.workingVersion(INTEGRATION, '202401'), learned.workingVersion(INTEGRATION, '202402')];
    });

    expect(found).toEqual(['202401', '202601', '202402']);
  });

  it('are forgotten when a person changes the integration', async () => {
    const left = await learning((learned) => {
      learned.refuseIdTypes(INTEGRATION, ['A']);
      learned.replaceVersion(INTEGRATION, { retired: '202401', working: '202601' });
      learned.forget(INTEGRATION);
      return [learned.refusedIdTypes(INTEGRATION).size, learned.workingVersion(INTEGRATION, '202401')];
    });

    expect(left).toEqual([0, '202401']);
  });

  it('include a newer version to try, by one batch at a time, until LinkedIn accepts or refuses it', async () => {
    const seen = await learning((learned) => {
      const begin = () => learned.beginTrial(INTEGRATION, '202601');
      const before = begin();
      learned.tryVersion(INTEGRATION, '202608');
      learned.tryVersion(INTEGRATION, '202609');
      const first = [begin(), begin(), learned.beginTrial('int_2', '202601')];
      learned.endTrial(INTEGRATION);
      const again = begin();
      learned.endTrial(INTEGRATION);
      learned.refuseVersion(INTEGRATION, { version: '202609', atMs: 1, message: 'No' });
      const refused = [begin(), learned.versions(INTEGRATION, '202601')];
      learned.tryVersion(INTEGRATION, '202610');
      learned.replaceVersion(INTEGRATION, { retired: '202601', working: '202610' });
      return { before, first, again, refused, after: learned.versions(INTEGRATION, '202601') };
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

  it('include no version to try that is not newer than the one in use', async () => {
    const begun = await learning((learned) => {
      learned.tryVersion(INTEGRATION, '202609');
      return learned.beginTrial(INTEGRATION, '202609');
    });

    expect(begun).toBeUndefined();
  });
});
