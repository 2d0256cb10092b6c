/** A syntax error in a trigger, with its column. */
export class FqlError extends Error {
  /** Starts at 1. */
  readonly column: number;
  readonly problem: string;

  constructor(problem: string, column: number) {
    super(`column ${column}: ${problem}`);
    this.name = 'FqlError';
    this.column = column;
    this.problem = problem;
  }
}
