import { describe, expect, it } from 'vitest';

import { SourceDeletion } from '../../../../worker/objects/event-store/source-deletion.ts';
import { inAnOutbox } from '../../support/an-outbox.ts';
import { outboxPorts } from '../../support/outbox-ports.ts';

describe('the outbox of a deleted source', () => {
  it.each([
    ['stays closed while the registry has no such source', false],
    ['opens again when the registry has the source again', true],
  ])('%s', async (_, isBack) => {
    const seen = await inAnOutbox(async (tables) => {
      const deletion = new SourceDeletion(outboxPorts(tables, { isSourceBack: async () => isBack }).ports);
      const before = deletion.isDeleted();
      deletion.note();
      const noted = deletion.isDeleted();
      return { before, noted, isTakenBack: await deletion.isTakenBack(), after: deletion.isDeleted() };
    });

    expect(seen).toEqual({ before: false, noted: true, isTakenBack: isBack, after: !isBack });
  });
});
