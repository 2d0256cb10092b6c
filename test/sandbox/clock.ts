import type { State } from './state/state.ts';

/** Returns the sandbox's own time: the machine's, shifted, or stopped when a test asks for it. */
export function sandboxTime(machineNow: number, state: Pick<State, 'clock_offset_ms' | 'frozen_at_ms'>): number {
  return state.frozen_at_ms ?? machineNow + state.clock_offset_ms;
}
