import type { Browser } from 'playwright-core';
import * as v from 'valibot';

export interface ScriptWork {
  readonly totalMs: number;
  /** Without a break: how long a click had to wait. */
  readonly longestMs: number;
}

export const SLOWDOWN = 4;
/** The tag's work after the page load counts too. */
const SETTLE_MS = 1_000;

/** Chromium's names for a page's JavaScript: compiling, evaluating, calling back, and continuing promises. */
const WORK = new Set(['v8.compile', 'EvaluateScript', 'FunctionCall', 'RunMicrotasks', 'v8.run', 'TimerFire']);

/** The parts of a trace that are read. Times are in microseconds. */
const Trace = v.object({
  traceEvents: v.array(
    v.object({
      name: v.string(),
      ph: v.string(),
      pid: v.number(),
      tid: v.number(),
      ts: v.optional(v.number(), 0),
      dur: v.optional(v.number(), 0),
      args: v.optional(v.unknown()),
    }),
  ),
});
type TraceEvent = v.InferOutput<typeof Trace>['traceEvents'][number];

/** Loads a page on a slowed-down processor, and adds up its main thread's time in JavaScript. */
export async function tracedLoad(browser: Browser, url: string, scriptUrl: string): Promise<ScriptWork> {
  const page = await browser.newPage();
  const devTools = await page.context().newCDPSession(page);
  await devTools.send('Emulation.setCPUThrottlingRate', { rate: SLOWDOWN });
  await browser.startTracing(page, { categories: ['devtools.timeline', 'v8', 'disabled-by-default-v8.compile'] });
  await page.goto(url);
  await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
  const buffer = await browser.stopTracing();
  return scriptWork(v.parse(Trace, JSON.parse(buffer.toString())).traceEvents, scriptUrl);
}

function scriptWork(events: readonly TraceEvent[], scriptUrl: string): ScriptWork {
  const main = events.find(({ name, args }) => name === 'EvaluateScript' && JSON.stringify(args).includes(scriptUrl));
  if (main === undefined) throw new Error(`Cannot measure ${scriptUrl}: the trace does not show that it ran`);
  const work = events
    .filter(({ name, ph, pid, tid }) => ph === 'X' && WORK.has(name) && pid === main.pid && tid === main.tid)
    .toSorted((a, b) => a.ts - b.ts);
  // Spans are nested, such as a compilation in an evaluation. Each moment counts once.
  const spans: { from: number; to: number }[] = [];
  for (const { ts, dur } of work) {
    const last = spans.at(-1);
    if (last !== undefined && ts <= last.to) last.to = Math.max(last.to, ts + dur);
    else spans.push({ from: ts, to: ts + dur });
  }
  const lengthsMs = spans.map(({ from, to }) => (to - from) / 1000);
  return { totalMs: lengthsMs.reduce((sum, ms) => sum + ms, 0), longestMs: Math.max(...lengthsMs) };
}
