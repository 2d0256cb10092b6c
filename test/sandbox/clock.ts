import type { State } from './state/state.ts';

/** This is the sandbox's own time: the machine's, shifted, or standing still when a test wants it to. */
export function sandboxTime(machineNow: number, state: Pick<State, 'clock_offset_ms' | 'frozen_at_ms'>): number {
  return state.frozen_at_ms ?? machineNow + state.clock_offset_ms;
}
