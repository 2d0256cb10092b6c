import { formatCount } from '../ui/format.ts';

/** A count with its noun. */
export const plural = (count: number, one: string, many: string): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`;
