import { ApiProblem } from '../app/api.ts';
import { texts } from '../texts.ts';
import { askWhich } from './ask-which.ts';

/** The values of a form by setting, as JSON. */
export type Values = Readonly<Record<string, unknown>>;

/** A setting that two people may change: its label, and the text for its value. */
export type Setting = { readonly key: string; readonly label: string; readonly show: (value: unknown) => string };

export type Versioned = {
  readonly settings: readonly Setting[];
  /** The values that the form showed when it was opened, and their version. */
  readonly base: Values;
  readonly version: string | null;
  /** The values that the person wants to save. */
  readonly mine: Values;
  /** Reads the values that are saved now. */
  readonly read: () => Promise<{ values: Values; version: string | null; changedAt?: string }>;
  /** Saves values, if the version is still the same. @throws ApiProblem with the status 412 otherwise. */
  readonly save: (values: Values, version: string | null) => Promise<void>;
};

const CHANGED_MEANWHILE = 412;

/**
 * Saves a form. If another person has saved other values in the meantime, shows both versions, and saves those that the
 * person chooses.
 *
 * @throws ApiProblem if the person decides to keep on editing, so that the form still counts as unsaved.
 */
export async function saveOrChoose({ settings, base, version, mine, read, save }: Versioned): Promise<void> {
  let [known, knownVersion, wanted] = [base, version, mine];
  for (;;) {
    try {
      await save(wanted, knownVersion);
      return;
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status !== CHANGED_MEANWHILE) throw error;
    }
    const current = await read();
    const chosen = await chosenOf(settings, { known, wanted, current });
    if (chosen === undefined)
      throw new ApiProblem({ status: CHANGED_MEANWHILE, title: texts.conflict.kept, detail: texts.conflict.keptMore });
    // Values that are saved already are not saved again.
    if (settings.every(({ key }) => isSame(chosen[key], current.values[key]))) return;
    [known, knownVersion, wanted] = [current.values, current.version, chosen];
  }
}

/** Returns the values to save, or undefined if the person wants to go on editing. */
function chosenOf(
  settings: readonly Setting[],
  parts: { known: Values; wanted: Values; current: { values: Values; changedAt?: string } },
): Promise<Values | undefined> {
  const { known, wanted, current } = parts;
  const theirs = settings.filter(({ key }) => !isSame(current.values[key], known[key]));
  const differing = settings.filter(({ key }) => !isSame(current.values[key], wanted[key]));
  // The other person changed something that this form doesn't show, such as a key, or made the same change as this
  // person.
  if (theirs.every((setting) => !differing.includes(setting))) return Promise.resolve(wanted);
  return askWhich({
    rows: differing.map((setting) => ({
      setting,
      theirs: current.values[setting.key],
      mine: wanted[setting.key],
      isMineUnchanged: isSame(wanted[setting.key], known[setting.key]),
      isTheirsUnchanged: !theirs.includes(setting),
    })),
    changedAt: current.changedAt,
    wanted,
  });
}

/** Compares JSON values. The order of an object's members doesn't matter, and a missing value is null. */
function isSame(one: unknown, other: unknown): boolean {
  return inOrder(one) === inOrder(other);
}

function inOrder(value: unknown): string {
  return JSON.stringify(value ?? null, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : part,
  );
}
