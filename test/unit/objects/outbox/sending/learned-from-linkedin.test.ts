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
});
