import type { Fields } from '../../schema/fields.ts';
import { valueAt } from '../fql/compile.ts';
import type { Path } from '../fql/syntax/expression.ts';
import { mappingPath, pathIn } from './mapping-path.ts';
import { CHARS_A_STEP, constant, payForAll, textOf } from './resolve-context.ts';
import type { Compile, Resolver, ResolveContext } from './resolve-context.ts';
import { templateParts } from './template.ts';

/** The steps to create a regular expression. */
const PATTERN_STEPS = 16;

/** Longer than any real path. */
const MAX_PATH_CHARS = 1_000;

/** Compiles `@path`. Its argument is a path, or a directive that returns one. */
export function pathValue(argument: unknown, compile: Compile): Resolver {
  if (typeof argument === 'string') return fixedPath(argument);
  const given = compile(argument);
  return (event, work) => {
    const text = given(event, work);
    if (typeof text !== 'string' || text.length > MAX_PATH_CHARS) return undefined;
    work.budget.spend(PATTERN_STEPS + text.length);
    return alongPath(pathIn(text))(event, work);
  };
}

export function fixedPath(text: string): Resolver {
  return alongPath(mappingPath(text));
}

function alongPath(path: Path | undefined): Resolver {
  if (path === undefined) return constant(undefined);
  return (event, { budget }) => {
    budget.spend(1 + path.length);
    return valueAlong(event, path);
  };
}

/**
 * Reads a path like a trigger does, with one exception. As at Segment, 0, false or an empty text on the way is returned
 * as the result.
 */
function valueAlong(event: unknown, path: Path): unknown {
  let value = event;
  for (const key of path) {
    if (value === 0 || value === false || value === '') return value;
    value = valueAt(value, [key]);
  }
  return value;
}

/** Compiles `@template`. Its argument is a text, or a directive that returns one. */
export function fillTemplate(argument: unknown, compile: Compile): Resolver {
  if (typeof argument === 'string') return fixedTemplate(argument);
  const given = compile(argument);
  return (event, work) => {
    const text = given(event, work);
    if (typeof text !== 'string') return undefined;
    work.budget.spend(PATTERN_STEPS + text.length);
    return fixedTemplate(text)(event, work);
  };
}

function fixedTemplate(template: string): Resolver {
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

/** Compiles a placeholder of a template. A missing value, or one without a text, counts as a gap. */
function filled(place: Resolver): Resolver {
  return (event, work) => {
    const value = place(event, work);
    if (Array.isArray(value)) payForAll(value, work);
    if (textOf(value) === '') work.gaps += 1;
    return value;
  };
}

/** Compiles `@case`. */
export function changeCase(argument: Fields, compile: Compile): Resolver {
  const given = compile(argument['value']);
  const isUpper = argument['operator'] === 'upper';
  return (event, work) => {
    const value = given(event, work);
    if (typeof value !== 'string') return value;
    work.budget.spend(1 + Math.ceil(value.length / CHARS_A_STEP));
    // A letter may become three: "ΐ" does in capitals.
    work.budget.write(value.length);
    const text = isUpper ? value.toUpperCase() : value.toLowerCase();
    work.budget.write(Math.max(text.length - value.length, 0));
    return text;
  };
}

/** Compiles `@replace`. As at Segment, the result is an empty text unless the value is a text, number or boolean. */
export function replace(argument: Fields, compile: Compile): Resolver {
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
  { budget }: ResolveContext,
): string {
  // In the worst case, on repetitive text, the engine compares the whole pattern at every position.
  budget.spend(PATTERN_STEPS + Math.ceil(((text.length + 1) * pattern.length) / CHARS_A_STEP));
  budget.write(text.length);
  // A function, so that each replacement is counted before it is created.
  return text.replace(new RegExp(literally(pattern), flags), (found: string, at: number) => {
    const signs = replacement.split('$').length - 1;
    budget.spend(1 + signs);
    budget.write(replacement.length + signs * (replacement.includes('$&') ? found.length : text.length));
    return expanded(replacement, { found, before: text.slice(0, at), after: text.slice(at + found.length) });
  });
}

/** Expands `$&`, `$$`, `` $` `` and `$'` in a replacement, like JavaScript. */
function expanded(replacement: string, parts: { found: string; before: string; after: string }): string {
  return replacement.replaceAll(/\$[$&`']/g, (sign) => {
    if (sign === '$$') return '$';
    if (sign === '$&') return parts.found;
    return sign === '$`' ? parts.before : parts.after;
  });
}

/** Escapes a pattern: as at Segment, it is plain text and not a regular expression. */
function literally(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, String.raw`\$&`);
}
