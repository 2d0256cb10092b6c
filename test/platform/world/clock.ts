import { rules } from './rules.ts';

/** Lets a test move the clock that the product reads: `Date.now()` and `new Date()`. */
export function watchClock(): void {
  const { now } = Date;
  Date.now = () => now() + rules.now.clockAheadMs;
  globalThis.Date = new Proxy(Date, {
    construct: (target, args: unknown[], newTarget) =>
      // Everything else reads the prototype, which is the same. The product builds dates, and doesn't extend them.
      Reflect.construct(target, args.length === 0 ? [Date.now()] : args, newTarget) as Date, // oxlint-disable-line typescript/no-unsafe-type-assertion
  });
}
