import type { Finding } from '../worker/schema/reports/finding.ts';
import type { Integration } from '../worker/schema/settings/integration.ts';
import { EXIT } from './instance.ts';
import type { Instance } from './instance.ts';

/** The result for one integration: what the doctor found, the worst first. */
type Examined = { id: string; source_id: string; name: string; findings: Finding[] };

export type Report = { integrations: Examined[] };

/**
 * Examines every integration, or those of one source.
 *
 * @throws CommandError
 */
export async function examine(instance: Instance, { source }: { source?: string }): Promise<Report> {
  const integrations = await instance.all<Pick<Integration, 'id' | 'source_id' | 'name'>>(
    '/integrations',
    source === undefined ? {} : { source_id: source },
  );
  const examined: Examined[] = [];
  // One after the other, because each asks LinkedIn with the same quota.
  for (const { id, source_id, name } of integrations) {
    const { findings } = await instance.call<{ findings: Finding[] }>(
      'POST',
      `/integrations/${encodeURIComponent(id)}/doctor`,
    );
    examined.push({ id, source_id, name, findings });
  }
  return { integrations: examined };
}

/** A notice is worth knowing, and nothing is wrong. */
export function exitCodeOf({ integrations }: Report): number {
  const isWrong = integrations.some(({ findings }) => findings.some(({ severity }) => severity !== 'notice'));
  return isWrong ? EXIT.found : EXIT.good;
}

/** Writes a report for people. */
export function toText({ integrations }: Report): string {
  if (integrations.length === 0) return 'No integration to examine.';
  return integrations.map((one) => `${headOf(one)}\n${bodyOf(one.findings)}`).join('\n\n');
}

function headOf({ source_id, name, id }: Examined): string {
  return `${source_id}: ${name} (${id})`;
}

function bodyOf(findings: readonly Finding[]): string {
  if (findings.length === 0) return '  Nothing is wrong.';
  return findings
    .map(
      ({ severity, title, detail, remedy }) => `  ${severity.toUpperCase()}  ${title}\n    ${detail}\n    → ${remedy}`,
    )
    .join('\n');
}
