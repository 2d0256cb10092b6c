import { CommandError, EXIT, reasonOf } from '../instance.ts';

/** How often an address is asked. */
const EVERY_MS = 2_000;
const TIMEOUT_MS = 10_000;

/**
 * Waits until the instance answers at its address: a new host needs its DNS record and its certificate.
 *
 * @param url With the base path.
 * @throws CommandError when it doesn't answer in time.
 */
export async function untilReachable(url: string, waitMs: number): Promise<void> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    const found = await lookAt(url);
    if (found.kind === 'directflight') return;
    if (performance.now() >= deadline)
      throw new CommandError(
        `It is deployed, but ${url}/healthz doesn't answer yet: ${found.reason}. ${remedyFor(found)} Run the command again to wait again.`,
        EXIT.found,
      );
    await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
  }
}

type Found =
  | { kind: 'directflight' }
  /** Another program answers there. */
  | { kind: 'another'; reason: string }
  | { kind: 'nothing'; reason: string };

/** Looks at what answers at an address. */
export async function lookAt(url: string): Promise<Found> {
  try {
    const response = await fetch(`${url}/healthz`, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
    const isOurs = response.ok && (await response.text()).startsWith('{"status":"ok"');
    return isOurs
      ? { kind: 'directflight' }
      : { kind: 'another', reason: `something answers ${response.status} there` };
  } catch (error) {
    return { kind: 'nothing', reason: reasonOf(error) };
  }
}

function remedyFor({ kind }: Found): string {
  return kind === 'another'
    ? 'If the host is in your account, its DNS record must be proxied (an orange cloud) for a route to work.'
    : 'A new host may need some minutes for its DNS record and its certificate.';
}
