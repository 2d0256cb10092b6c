import type { Finding } from '../../../worker/schema/reports/finding.ts';
import { remember, remembered } from '../app/remembered.ts';
import { hasShape, shapeOf } from '../app/response-shape.ts';
import type { ShownIntegration } from '../ui/view.ts';

/** What LinkedIn answered about a connection's token, and when. */
export type LastCheck = { at: string; version: string; finding?: Finding };

const CHECK = shapeOf<LastCheck>({ at: '', version: '' });

/**
 * Returns this tab's last answer about a connection. Undefined if there is none, or if the connection was changed since:
 * then LinkedIn has to be asked again.
 */
export function lastCheck({ id, updated_at: version }: ShownIntegration): LastCheck | undefined {
  const kept = remembered(keyOf(id));
  if (kept === '') return undefined;
  try {
    const check: unknown = JSON.parse(kept);
    return hasShape(check, CHECK) && check.version === version ? check : undefined;
  } catch {
    return undefined;
  }
}

export function keepCheck({ id, updated_at: version }: ShownIntegration, finding: Finding | undefined): LastCheck {
  const check = { at: new Date().toISOString(), version, ...(finding && { finding }) };
  remember(keyOf(id), JSON.stringify(check));
  return check;
}

/** Makes the next page ask LinkedIn again. */
export function forgetCheck({ id }: ShownIntegration): void {
  remember(keyOf(id), '');
}

function keyOf(integrationId: string): string {
  return `directflight.checked.${integrationId}`;
}
