import type { Fields } from '../../schema/fields.ts';
import { valueAt } from '../fql/compile.ts';
import type { Path } from '../fql/expression.ts';
import { mappingPath, pathIn } from './mapping-path.ts';
import { CHARS_A_STEP, constant, payForAll, textOf } from './resolving.ts';
import type { Compile, Resolve, Resolving } from './resolving.ts';
import { templateParts } from './template.ts';

/** What it costs to make a regular expression. */
const PATTERN_STEPS = 16;

/** Longer ones are nobody's path. */
const MAX_PATH_CHARS = 1_000;

/** `@path`: its argument is a path, or a directive that gives one. */
export function pathValue(argument: unknown, compile: Compile): Resolve {
  if (typeof argument === 'string') return fixedPath(argument);
  const given = compile(argument);
  return (event, work) => {
    const text = given(event, work);
    if (typeof text !== 'string' || text.length > MAX_PATH_CHARS) return undefined;
    work.budget.spend(PATTERN_STEPS + text.length);
    return alongPath(pathIn(text))(event, work);
  };
}

export function fixedPath(text: string): Resolve {
  return alongPath(mappingPath(text));
}

function alongPath(path: Path | undefined): Resolve {
  if (path === undefined) return constant(undefined);
  return (event, { budget }) => {
    budget.spend(1 + path.length);
    return valueAlong(event, path);
  };
}

/** As in a trigger; but what is 0, false or an empty text gives itself for whatever is looked for below it, as at Segment. */
function valueAlong(event: unknown, path: Path): unknown {
  let value = event;
  for (const key of path) {
    if (value === 0 || value === false || value === '') return value;
    value = valueAt(value, [key]);
  }
  return value;
}

/** `@template`: its argument is a text, or a directive that gives one. */
export function fillTemplate(argument: unknown, compile: Compile): Resolve {
  if (typeof argument === 'string') return fixedTemplate(argument);
  const given = compile(argument);
  return (event, work) => {
    const text = given(event, work);
    if (typeof text !== 'string') return undefined;
    work.budget.spend(PATTERN_STEPS + text.length);
    return fixedTemplate(text)(event, work);
  };
}

function fixedTemplate(template: string): Resolve {
  const parts = templateParts(template).map((part) =>
    part.kind === 'text' ? constant(part.text) : filled(fixedPath(part.path)),
  );
  return (event, work) =>
    parts.reduce<string>((text, part) => {
      const added = textOf(part(event, work));
      work.budget.write(added.length);
      return text + added;
    }, '');
}

/** A place of a template. Nothing there, or a value without a text, leaves a gap. */
function filled(place: Resolve): Resolve {
  return (event, work) => {
    const value = place(event, work);
    if (Array.isArray(value)) payForAll(value, work);
    if (textOf(value) === '') work.gaps += 1;
    return value;
  };
}

/** `@case`. */
export function changeCase(argument: Fields, compile: Compile): Resolve {
  const given = compile(argument['value']);
  const isUpper = argument['operator'] === 'upper';
  return (event, work) => {
    const value = given(event, work);
    if (typeof value !== 'string') return value;
    work.budget.spend(1 + Math.ceil(value.length / CHARS_A_STEP));
    // A letter may become three: "ΐ" in capitals is.
    work.budget.write(value.length);
    const text = isUpper ? value.toUpperCase() : value.toLowerCase();
    work.budget.write(Math.max(text.length - value.length, 0));
    return text;
  };
}

/** `@replace`: of what is no text, number or boolean, an empty text, as Segment has it. */
export function replace(argument: Fields, compile: Compile): Resolve {
  const given = compile(argument['value']);
  const flags = `${argument['global'] === false ? '' : 'g'}${argument['ignorecase'] === true ? 'i' : ''}`;
  const changes = (['', '2'] as const).flatMap((number) => {
    const pattern = argument[`pattern${number}`];
    if (typeof pattern !== 'string' || pattern === '') return [];
    return [{ pattern, replacement: textOf(argument[`replacement${number}`]) }];
  });
  return (event, work) => {
    const value = given(event, work);
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') return '';
    return changes.reduce((text, change) => replaced(text, { ...change, flags }, work), String(value));
  };
}

function replaced(
  text: string,
  { pattern, replacement, flags }: { pattern: string; replacement: string; flags: string },
  { budget }: Resolving,
): string {
  // The engine looks for a text that repeats itself at every place anew.
  budget.spend(PATTERN_STEPS + Math.ceil(((text.length + 1) * pattern.length) / CHARS_A_STEP));
  budget.write(text.length);
  // A function, so that each is paid for before it is made.
  return text.replace(new RegExp(literally(pattern), flags), (found: string, at: number) => {
    const signs = replacement.split('$').length - 1;
    budget.spend(1 + signs);
    budget.write(replacement.length + signs * (replacement.includes('$&') ? found.length : text.length));
    return expanded(replacement, { found, before: text.slice(0, at), after: text.slice(at + found.length) });
  });
}

/** What JavaScript makes of `$&`, `$$`, `` $` `` and `$'` in a replacement. */
function expanded(replacement: string, parts: { found: string; before: string; after: string }): string {
  return replacement.replaceAll(/\$[$&`']/g, (sign) => {
    if (sign === '$$') return '$';
    if (sign === '$&') return parts.found;
    return sign === '$`' ? parts.before : parts.after;
  });
}

/** A pattern is a text and no regular expression, as Segment has it. */
function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
