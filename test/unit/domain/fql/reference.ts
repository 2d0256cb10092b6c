/**
 * A second evaluator of triggers, written from the grammar alone. It uses a shunting-yard parser over the tokens of a
 * regular expression, a stack of values, and regular expressions for patterns. It shares no code with the product.
 */
type Value = unknown;

const WORDS =
  /\s*(?:(?<text>"(?:[^"\\]|\\[^])*"|'(?:[^'\\]|\\[^])*')|(?<number>[+-]?\d+(?:\.\d+)?)|(?<sign>!=|>=|<=|[=<>(),!\]])|(?<list>\[)|(?<word>[A-Za-z_$](?:[\w$-]|\\[^]|\.(?=\S)|\[(?:\d+|"[^"]*")\])*))/y;

const POWER: Record<string, number> = {
  or: 1,
  and: 2,
  '!': 3,
  in: 4,
  '=': 4,
  '!=': 4,
  '>': 4,
  '>=': 4,
  '<': 4,
  '<=': 4,
};

export function referenceHolds(source: string, event: Record<string, unknown>): boolean {
  const values: Value[] = [];
  const waiting: string[] = [];
  const lists: Value[][] = [];
  WORDS.lastIndex = 0;
  while (WORDS.lastIndex < source.trimEnd().length) {
    const groups = WORDS.exec(source)?.groups;
    if (groups === undefined) throw new Error(`The reference cannot read ${source}`);
    const { text, number, sign, list, word } = groups;
    if (text !== undefined) values.push(unquoted(text));
    else if (number !== undefined) values.push(Number(number));
    else if (list !== undefined) {
      waiting.push('[');
      lists.push([]);
    } else if (sign === ',') {
      unwind(values, waiting);
      if (waiting.at(-1) === '[') lists.at(-1)?.push(values.pop());
    } else if (sign === ']') {
      unwind(values, waiting);
      waiting.pop();
      const listed = lists.pop() ?? [];
      listed.push(values.pop());
      values.push(listed);
    } else if (sign === '(') waiting.push('(');
    else if (sign === ')') {
      unwind(values, waiting);
      waiting.pop();
      const name = waiting.at(-1);
      if (name?.startsWith('call ') === true) {
        waiting.pop();
        call(name.slice(5), values);
      }
    } else if (sign === '!') waiting.push('!');
    else {
      const name = sign ?? word ?? '';
      if (name in POWER) {
        while (waiting.length > 0 && (POWER[waiting.at(-1) ?? ''] ?? 0) >= (POWER[name] ?? 0))
          apply(values, waiting.pop() ?? '');
        waiting.push(name);
      } else if (/^\s*\(/.test(source.slice(WORDS.lastIndex))) waiting.push(`call ${name}`);
      else if (name === 'true' || name === 'false') values.push(name === 'true');
      else values.push(name === 'null' ? null : field(name, event));
    }
  }
  unwind(values, waiting);
  return values.pop() === true;
}

function unwind(values: Value[], waiting: string[]): void {
  while (waiting.length > 0 && (waiting.at(-1) ?? '') in POWER) apply(values, waiting.pop() ?? '');
}

function apply(values: Value[], operator: string): void {
  if (operator === '!') return void values.push(values.pop() !== true);
  const right = values.pop();
  const left = values.pop();
  const [a, b] = [asNumber(left), asNumber(right)];
  const results: Record<string, () => boolean> = {
    or: () => left === true || right === true,
    and: () => left === true && right === true,
    in: () => Array.isArray(right) && right.some((one) => same(left, one)),
    '=': () => same(left, right),
    '!=': () => !same(left, right),
    '>': () => a > b,
    '>=': () => a >= b,
    '<': () => a < b,
    '<=': () => a <= b,
  };
  values.push(results[operator]?.());
}

function call(name: string, values: Value[]): void {
  const last = values.pop();
  if (name === 'lowercase') values.push(typeof last === 'string' ? last.toLowerCase() : null);
  else if (name === 'uppercase') values.push(typeof last === 'string' ? last.toUpperCase() : null);
  else if (name === 'snakecase') values.push(typeof last === 'string' ? last.split(' ').join('_') : null);
  else if (name === 'kebabcase') values.push(typeof last === 'string' ? last.split(' ').join('-') : null);
  else if (name === 'titlecase') values.push(typeof last === 'string' ? words(last) : null);
  else if (name === 'bool') values.push(typeof last === 'string' ? !/^(|0|f|false)$/i.test(last.trim()) : truth(last));
  else if (name === 'string')
    values.push(isMissing(last) ? '' : Array.isArray(last) ? JSON.stringify(last) : textOf(last));
  else if (name === 'number') values.push(Number.isNaN(asNumber(last)) ? null : asNumber(last));
  else if (name === 'length') values.push(isMissing(last) ? 0 : sizeOf(last));
  else if (name === 'typeof') values.push(isMissing(last) ? 'null' : Array.isArray(last) ? 'list' : typeName(last));
  else {
    const whole = values.pop();
    if (name === 'match')
      values.push(typeof whole === 'string' && typeof last === 'string' && pattern(last).test(whole));
    else if (Array.isArray(whole)) values.push(whole.some((one) => same(one, last)));
    else values.push(typeof whole === 'string' && !isMissing(last) && whole.includes(String(last)));
  }
}

function words(text: string): string {
  return text.replaceAll(/(^|\s)(\S)/gu, (_, before: string, letter: string) => before + letter.toUpperCase());
}

function truth(value: Value): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

function textOf(value: Value): string | null {
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'string' ? String(value) : null;
}

function sizeOf(value: Value): number | null {
  if (typeof value === 'string') return new TextEncoder().encode(value).length;
  return Array.isArray(value) ? value.length : null;
}

function typeName(value: Value): string {
  return typeof value === 'boolean' ? 'bool' : typeof value;
}

function pattern(text: string): RegExp {
  const parts = text.match(/\\[^]|[^]/gu) ?? [];
  const translated = parts.map((part) =>
    part === '*'
      ? '[^]*'
      : part === '?'
        ? '[^]'
        : (part.length > 1 && part.startsWith('\\') ? part.slice(1) : part).replaceAll(
            /[\\^$.*+?()[\]{}|/-]/g,
            (sign) => `\\x${(sign.codePointAt(0) ?? 0).toString(16)}`,
          ),
  );
  return new RegExp(`^${translated.join('')}$`, 'u');
}

function same(left: Value, right: Value): boolean {
  if (isMissing(left) || isMissing(right)) return isMissing(left) && isMissing(right);
  if (typeof left === 'object' || typeof right === 'object') return false;
  if (typeof left === 'number' || typeof right === 'number') {
    if (typeof left === 'boolean' || typeof right === 'boolean') return false;
    return asNumber(left) === asNumber(right);
  }
  return left === right;
}

function asNumber(value: Value): number {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && /^\s*[+-]?\d+(\.\d+)?\s*$/.test(value) ? parseFloat(value) : Number.NaN;
}

function field(path: string, event: Record<string, unknown>): Value {
  const keys = [...path.matchAll(/\[(\d+)\]|\["([^"]*)"\]|((?:\\[^]|[^.[\\])+)/g)]
    .map(([, index, quoted, name]) => index ?? quoted ?? (name ?? '').replaceAll(/\\([^])/g, '$1'))
    .flatMap((key) => (path.includes('["') ? [key] : key.split(/[.[\]]/).filter((part) => part !== '')));
  let value: Value = event;
  for (const key of keys) {
    if (key === 'length' && (typeof value === 'string' || Array.isArray(value))) {
      value = value.length;
      continue;
    }
    if (typeof value !== 'object' || value === null) return undefined;
    if (Array.isArray(value) && !/^\d+$/.test(key)) return undefined;
    value = Object.entries(value).find(([name]) => name === key)?.[1];
  }
  return value;
}

function unquoted(text: string): string {
  const known: Record<string, string> = { n: '\n', t: '\t', r: '\r', '"': '"', "'": "'", '\\': '\\' };
  return text.slice(1, -1).replaceAll(/\\([^])/g, (all, sign: string) => known[sign] ?? all);
}

function isMissing(value: Value): boolean {
  return value === null || value === undefined;
}
