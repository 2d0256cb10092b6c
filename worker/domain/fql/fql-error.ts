/** A trigger that cannot be read, with the place. */
export class FqlError extends Error {
  /** Counted from 1. */
  readonly column: number;
  readonly problem: string;

  constructor(problem: string, column: number) {
    super(`column ${column}: ${problem}`);
    this.name = 'FqlError';
    this.column = column;
    this.problem = problem;
  }
}
