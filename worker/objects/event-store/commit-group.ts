/** The most pieces of work in one transaction. It limits how long a commit blocks the object. */
const MAX_TOGETHER = 64;

type Waiting<Work, Result> = {
  work: Work;
  resolve: (result: Result) => void;
  reject: (reason: unknown) => void;
};

/** The results in the order of the work, and a promise that resolves when they are on disk. */
type Committed<Result> = { results: readonly Result[]; isWritten: Promise<unknown> };

/**
 * Commits the work of several requests in one transaction. While a commit is on its way to the disk, new requests wait
 * and then share the next one. So a busy outbox makes few large commits instead of many small ones, and an idle one
 * commits at once.
 */
export class CommitGroup<Work, Result> {
  readonly #commit: (together: readonly Work[]) => Committed<Result>;
  #waiting: Waiting<Work, Result>[] = [];
  #isCommitting = false;

  /** @param commit Does all the work in one turn and one transaction. If it throws, none of it is stored. */
  constructor(commit: (together: readonly Work[]) => Committed<Result>) {
    this.#commit = commit;
  }

  /** Resolves when the work is on disk. Rejects when it is not, and only then. */
  add(work: Work): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ work, resolve, reject });
      if (!this.#isCommitting) void this.#commitAll();
    });
  }

  async #commitAll(): Promise<void> {
    this.#isCommitting = true;
    while (this.#waiting.length > 0) await this.#commitTogether(this.#waiting.splice(0, MAX_TOGETHER));
    this.#isCommitting = false;
  }

  async #commitTogether(together: readonly Waiting<Work, Result>[]): Promise<void> {
    const committed = this.#tryToCommit(together);
    if (committed === undefined) for (const one of together) await this.#commitTogether([one]);
    else await answerWhenWritten(together, committed);
  }

  /**
   * Returns undefined when the work threw and has to be committed piece by piece, because one bad request must not fail
   * the others.
   */
  #tryToCommit(together: readonly Waiting<Work, Result>[]): Committed<Result> | undefined {
    try {
      return this.#commit(together.map(({ work }) => work));
    } catch (error) {
      if (together.length > 1) return undefined;
      return { results: [], isWritten: Promise.reject(error) };
    }
  }
}

async function answerWhenWritten<Work, Result>(
  together: readonly Waiting<Work, Result>[],
  { results, isWritten }: Committed<Result>,
): Promise<void> {
  try {
    await isWritten;
  } catch (error) {
    for (const { reject } of together) reject(error);
    return;
  }
  for (const [index, { resolve, reject }] of together.entries()) {
    const result = results[index];
    if (result === undefined) reject(new Error('Cannot answer a request: its commit has no result for it'));
    else resolve(result);
  }
}
