import { describe, expect, it } from 'vitest';

import { CommitGroup } from '../../../../worker/objects/event-store/commit-group.ts';

/** A group whose commits reach the disk when the test says so. Work that contains "bad" throws. */
function aGroup() {
  const commits: string[][] = [];
  const disk: { confirm: () => void; fail: (error: Error) => void }[] = [];
  const group = new CommitGroup<string, string>((together) => {
    commits.push([...together]);
    if (together.some((work) => work.includes('bad'))) throw new Error('bad work');
    const isWritten = new Promise<void>((resolve, reject) => void disk.push({ confirm: resolve, fail: reject }));
    return { results: together.map((work) => work.toUpperCase()), isWritten };
  });
  /** Confirms commits until nothing is left to write. */
  const confirmAll = async (): Promise<void> => {
    for (;;) {
      await settled();
      const next = disk.shift();
      if (next === undefined) return;
      next.confirm();
    }
  };
  return { group, commits, disk, confirmAll };
}

const settled = () => new Promise((resolve) => setTimeout(resolve, 0));

describe('a group of commits', () => {
  it('commits at once when nothing is being written', () => {
    const { group, commits } = aGroup();

    void group.add('a');

    expect(commits).toEqual([['a']]);
  });

  it('answers only when the work is on disk', async () => {
    const { group, disk } = aGroup();
    const answers: string[] = [];
    void group.add('a').then((answer) => answers.push(answer));

    await settled();
    expect(answers).toEqual([]);

    disk[0]?.confirm();
    await settled();
    expect(answers).toEqual(['A']);
  });

  it('commits what arrives during a commit together, and answers each with its own result', async () => {
    const { group, commits, confirmAll } = aGroup();

    const answers = Promise.all(['a', 'b', 'c', 'd'].map((work) => group.add(work)));
    await confirmAll();

    expect(await answers).toEqual(['A', 'B', 'C', 'D']);
    expect(commits).toEqual([['a'], ['b', 'c', 'd']]);
  });

  it('commits each alone when one of them throws, and rejects only that one', async () => {
    const { group, commits, confirmAll } = aGroup();

    const answers = Promise.allSettled(['a', 'b', 'bad', 'd'].map((work) => group.add(work)));
    await confirmAll();

    expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'fulfilled']);
    expect(commits).toEqual([['a'], ['b', 'bad', 'd'], ['b'], ['bad'], ['d']]);
  });

  it('rejects all of a commit that does not reach the disk, and goes on with the next', async () => {
    const { group, disk, confirmAll } = aGroup();

    const first = Promise.allSettled([group.add('a')]);
    const second = group.add('b');
    disk.shift()?.fail(new Error('the disk is gone'));
    expect((await first).map(({ status }) => status)).toEqual(['rejected']);
    await confirmAll();

    expect(await second).toBe('B');
  });

  it('commits no more than 64 pieces of work together', async () => {
    const { group, commits, confirmAll } = aGroup();

    const answers = Promise.all(Array.from({ length: 200 }, (_, index) => group.add(`w${index}`)));
    await confirmAll();

    expect((await answers).length).toBe(200);
    expect(commits.map(({ length }) => length)).toEqual([1, 64, 64, 64, 7]);
  });
});
