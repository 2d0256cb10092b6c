import { RELEASE, RELEASE_0_1 } from '../worker/schema/release.ts';
import type { InstanceView, Release } from '../worker/schema/release.ts';
import type { StatusView } from '../worker/schema/reports/status.ts';
import type { Integration } from '../worker/schema/settings/integration.ts';
import { CommandError, EXIT } from './instance.ts';
import type { Instance } from './instance.ts';

/** Something that a person should know before the upgrade. An error or a warning asks them to do something first. */
type UpgradeFinding = {
  code: string;
  severity: 'error' | 'warning' | 'notice';
  title: string;
  detail: string;
  remedy: string | null;
};

/** What will happen when the instance is upgraded to the release of this command. */
export type UpgradeReport = {
  from: string;
  to: string;
  tables: { object: string; from: number; to: number }[];
  objects: { added: string[]; missing: string[] };
  settings: { added: string[]; gone: string[] };
  findings: UpgradeFinding[];
};

/** A LinkedIn version that is retired sooner than this needs an answer now. */
const VERSION_DAYS = 60;

type Facts = {
  /** The release that runs. */
  running: Release;
  /** The settings that the next deploy uses, and where they are set. */
  used: { names: readonly string[]; place: string };
  integrations: readonly { integration: Pick<Integration, 'id' | 'name' | 'config'>; status: StatusView }[];
};

/**
 * Asks an instance what an upgrade to this release means for it. Changes nothing.
 *
 * @param own The names of the vars in `wrangler.local.jsonc`; undefined outside of a clone.
 * @throws CommandError
 */
export async function checkUpgrade(instance: Instance, own: readonly string[] | undefined): Promise<UpgradeReport> {
  const view = await runningRelease(instance);
  const integrations: Facts['integrations'][number][] = [];
  for (const integration of await instance.all<Pick<Integration, 'id' | 'name' | 'config'>>('/integrations')) {
    const path = `/integrations/${encodeURIComponent(integration.id)}/status`;
    integrations.push({ integration, status: await instance.call<StatusView>('GET', path) });
  }
  const used =
    own === undefined
      ? { names: view?.settings_in_use ?? [], place: 'the instance' }
      : { names: own, place: 'wrangler.local.jsonc' };
  return upgradeReport({ running: view ?? RELEASE_0_1, used, integrations }, RELEASE);
}

/** Returns undefined for a release before 0.2. */
async function runningRelease(instance: Instance): Promise<InstanceView | undefined> {
  try {
    return await instance.call<InstanceView>('GET', '/instance');
  } catch (error) {
    if (error instanceof CommandError && error.problem === 'not_found') return undefined;
    throw error;
  }
}

/** Compares the release that runs with another one. */
export function upgradeReport({ running, used, integrations }: Facts, next: Release): UpgradeReport {
  const tables = Object.entries(next.tables)
    .map(([object, to]) => ({ object, from: running.tables[object] ?? 0, to }))
    .filter(({ from, to }) => from !== to);
  const objects = { added: without(next.objects, running.objects), missing: without(running.objects, next.objects) };
  const settings = {
    added: without(next.settings, running.settings),
    gone: used.names.filter((name) => running.settings.includes(name) && !next.settings.includes(name)),
  };
  const unknown = used.names.filter((name) => !running.settings.includes(name) && !next.settings.includes(name));
  const isOlder = compared(running.version, next.version) > 0;
  const findings = [
    ...(isOlder
      ? olderFindings(running, objects.missing)
      : newerFindings({ running, next, tables, objects, settings })),
    ...settings.gone.map((name) => goneFinding(name, used.place)),
    ...unknown.map((name) => unknownFinding(name, used.place)),
    ...integrations.flatMap((one) => versionFindings(one, { running, next })),
    ...waitingFindings(integrations),
  ];
  return {
    from: running.version,
    to: next.version,
    tables,
    objects,
    settings,
    findings: findings.toSorted((a, b) => ORDER.indexOf(a.severity) - ORDER.indexOf(b.severity)),
  };
}

const ORDER = ['error', 'warning', 'notice'];

type Difference = Pick<UpgradeReport, 'tables' | 'objects' | 'settings'> & { running: Release; next: Release };

function newerFindings({ running, next, tables, objects, settings }: Difference): UpgradeFinding[] {
  if (running.version === next.version)
    return [
      notice('same_version', `${next.version} is already running`, 'A deploy changes only what you changed yourself.'),
    ];
  const findings: UpgradeFinding[] = [];
  if (minorsBetween(running.version, next.version) > 1)
    findings.push({
      code: 'far_version',
      severity: 'warning',
      title: 'You skip a version',
      detail: `${running.version} runs. Going back is possible by one minor version.`,
      remedy: 'Make a backup, or upgrade version by version.',
    });
  if (tables.length > 0)
    findings.push(
      notice(
        'migrations',
        'Tables get new versions',
        `${tables.map(({ object, from, to }) => `${object} ${from} → ${to}`).join(', ')}. Each object updates its own tables when it is first used, before it answers.`,
      ),
    );
  if (objects.added.length > 0)
    findings.push(
      notice(
        'objects_added',
        `There is a new kind of object: ${objects.added.join(', ')}`,
        'To go back afterwards, you have to give up its data: docs/how-to/upgrade.md says how.',
      ),
    );
  if (objects.missing.length > 0) findings.push(missingFinding(objects.missing));
  if (settings.added.length > 0)
    findings.push(
      notice(
        'settings_added',
        `New settings: ${settings.added.join(', ')}`,
        'All of them are optional. docs/reference/settings.md explains them.',
      ),
    );
  return findings;
}

function olderFindings({ version }: Release, missing: readonly string[]): UpgradeFinding[] {
  return [
    {
      code: 'older_release',
      severity: 'warning',
      title: 'This release is older than the one that runs',
      detail: `${version} runs. Going back is possible by one minor version, and its tables stay as they are.`,
      remedy: 'Read "Going back" in docs/how-to/upgrade.md, and make a backup.',
    },
    ...(missing.length > 0 ? [missingFinding(missing)] : []),
  ];
}

function missingFinding(missing: readonly string[]): UpgradeFinding {
  return {
    code: 'objects_missing',
    severity: 'error',
    title: `Cloudflare will refuse the deploy: ${missing.join(', ')} has data, and this release doesn't have it`,
    detail: 'A kind of object with data never disappears silently.',
    remedy: 'Make a backup, then follow "Going back" in docs/how-to/upgrade.md.',
  };
}

function goneFinding(name: string, place: string): UpgradeFinding {
  return {
    code: 'setting_gone',
    severity: 'warning',
    title: `${name} is no longer a setting`,
    detail: `${place === 'the instance' ? 'The instance' : place} has it. This release ignores it.`,
    remedy: 'See CHANGELOG.md for what replaces it, and remove it.',
  };
}

function unknownFinding(name: string, place: string): UpgradeFinding {
  return {
    code: 'setting_unknown',
    severity: 'warning',
    title: `${name} is not a setting`,
    detail: `${place === 'the instance' ? 'The instance' : place} has it, and neither release knows it. It may be misspelled.`,
    remedy: 'Correct or remove it. docs/reference/settings.md lists all settings.',
  };
}

/** LinkedIn retires its versions whether or not anybody upgrades. */
function versionFindings(
  { integration, status }: Facts['integrations'][number],
  { running, next }: { running: Release; next: Release },
): UpgradeFinding[] {
  const { id, config } = integration;
  const own = config.linkedin_version;
  if (own === undefined && running.linkedin_version !== next.linkedin_version)
    return [
      notice(
        'linkedin_version_moves',
        `${id} moves to LinkedIn's version ${next.linkedin_version}`,
        `It has used ${running.linkedin_version}. Set linkedin_version to keep that for now.`,
      ),
    ];
  const { configured, days_left: days } = status.version;
  if (days === null || days > VERSION_DAYS) return [];
  return [
    {
      code: 'linkedin_version_retires',
      severity: days < 0 ? 'error' : 'warning',
      title:
        days < 0
          ? `LinkedIn has retired version ${configured}, which ${id} uses`
          : `LinkedIn retires version ${configured}, which ${id} uses, in ${days} days`,
      detail: own === undefined ? 'It is the default of both releases.' : 'It is set as linkedin_version.',
      remedy:
        own === undefined
          ? 'Upgrade to a later release.'
          : `Remove linkedin_version from the connection. It then uses ${next.linkedin_version}.`,
    },
  ];
}

function waitingFindings(integrations: Facts['integrations']): UpgradeFinding[] {
  const waiting = integrations.reduce((sum, { status: { backlog } }) => sum + backlog.pending + backlog.held, 0);
  if (waiting === 0) return [];
  const title = waiting === 1 ? '1 conversion is not sent yet' : `${waiting} conversions are not sent yet`;
  return [notice('waiting', title, 'The upgrade keeps them. They are delivered as before.')];
}

function notice(code: string, title: string, detail: string): UpgradeFinding {
  return { code, severity: 'notice', title, detail, remedy: null };
}

const without = (all: readonly string[], known: readonly string[]): string[] =>
  all.filter((name) => !known.includes(name));

/** Returns a number above 0 if the first version is the later one. */
function compared(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}

/** Returns how many minor versions there are between the two. A new major version counts as 100. */
function minorsBetween(from: string, to: string): number {
  const [majorFrom = 0, minorFrom = 0] = from.split('.').map(Number);
  const [major = 0, minor = 0] = to.split('.').map(Number);
  return (major - majorFrom) * 100 + minor - minorFrom;
}

/** A notice is worth knowing, and needs nothing. */
export function exitCodeOf({ findings }: UpgradeReport): number {
  return findings.some(({ severity }) => severity !== 'notice') ? EXIT.found : EXIT.good;
}

/** Writes a report for people. */
export function toText({ from, to, findings }: UpgradeReport): string {
  const lines = findings.map(({ severity, title, detail, remedy }) =>
    [`  ${severity.toUpperCase()}  ${title}`, `    ${detail}`, ...(remedy === null ? [] : [`    → ${remedy}`])].join(
      '\n',
    ),
  );
  const isReady = findings.every(({ severity }) => severity === 'notice');
  return [
    from === to ? `${to} runs.` : `From ${from} to ${to}:`,
    ...lines,
    ...(isReady ? (from === to ? [] : ['You can upgrade: npm run deploy']) : ['Look at the warnings first.']),
  ].join('\n');
}
