/**
 * Finds public suffixes in short texts that the build makes of tldts' tables (`scripts/short-suffix-list.ts`). Only what
 * a host needs is read: the top-level domains, and the labels below its own.
 */

/** A part of the text: the labels below this one. */
type Node = { isSuffix: boolean; from: number; to: number };

/** The part of tldts' result that we use. */
type Found = { publicSuffix: string | null };

/** Where the longest suffix in a host begins and ends. */
type Match = { start: number; end: number };

/**
 * Replaces tldts' function that finds the suffix of a host.
 *
 * @param rules The suffixes, with `*` for any label.
 * @param exceptions Names that a rule with `*` includes but that aren't suffixes.
 * @returns Returns whether the host is an exception.
 */
export function suffixesIn(
  rules: string,
  exceptions: string,
): (hostname: string, options: unknown, found: Found) => boolean {
  const [inRules, inExceptions] = [new SuffixText(rules), new SuffixText(exceptions)];
  return (hostname, _options, found) => {
    const exception = inExceptions.longest(hostname);
    const match = inRules.longest(hostname);
    // The suffix of an exception is the name above it. An unknown top-level domain is a suffix.
    const start = exception === undefined ? (match?.start ?? hostname.lastIndexOf('.') + 1) : exception.end + 1;
    found.publicSuffix = hostname.slice(start);
    return exception !== undefined;
  };
}

class SuffixText {
  readonly #text: string;
  readonly #root: Node;
  readonly #read = new Map<Node, ReadonlyMap<string, Node>>();

  constructor(text: string) {
    this.#text = text;
    this.#root = { isSuffix: false, from: 0, to: text.length };
  }

  longest(hostname: string): Match | undefined {
    let node = this.#root;
    let match: Match | undefined;
    for (let end = hostname.length; end >= 0;) {
      const start = hostname.lastIndexOf('.', end - 1) + 1;
      const label = end === 0 ? '' : hostname.slice(start, end);
      const below = this.#below(node);
      const next = below.get(label) ?? otherSpelling(below, label) ?? (label === '' ? undefined : below.get('*'));
      if (next === undefined) return match;
      if (next.isSuffix) match = { start, end };
      node = next;
      end = start - 1;
    }
    return match;
  }

  #below(node: Node): ReadonlyMap<string, Node> {
    const known = this.#read.get(node) ?? labelsIn(this.#text, node);
    this.#read.set(node, known);
    return known;
  }
}

/**
 * Reads labels in alphabetical order: a capital letter for the number of characters that are as in the label before it,
 * the other characters, `!` if it isn't a suffix itself, and the labels below it in parentheses.
 */
function labelsIn(text: string, { from, to }: Node): ReadonlyMap<string, Node> {
  const labels = new Map<string, Node>();
  const next = /([A-Z])([^A-Z!()]*)(!?)(\(?)/y;
  let label = '';
  for (let at = from; at < to;) {
    next.lastIndex = at;
    const [all, capital = '', rest = '', mark, parenthesis] = next.exec(text) ?? [''];
    if (all === '') break;
    label = label.slice(0, capital.charCodeAt(0) - 65) + rest;
    const inside = at + all.length;
    at = parenthesis === '(' ? endOf(text, inside) : inside;
    labels.set(label, { isSuffix: mark === '', from: inside, to: Math.max(inside, at - 1) });
  }
  return labels;
}

/** The text has a label such as 公司 only once, and not as `xn--55qx5d` too. */
function otherSpelling(labels: ReadonlyMap<string, Node>, ascii: string): Node | undefined {
  if (!ascii.startsWith('xn--')) return undefined;
  for (const [label, node] of labels) if (isNotAscii(label) && asciiOf(label) === ascii) return node;
  return undefined;
}

/** Returns the index after the parenthesis that closes what is inside. */
function endOf(text: string, inside: number): number {
  const parenthesis = /[()]/g;
  parenthesis.lastIndex = inside;
  for (let depth = 1; depth > 0;) depth += parenthesis.exec(text)?.[0] === '(' ? 1 : -1;
  return parenthesis.lastIndex;
}

export function isNotAscii(label: string): boolean {
  return /[^\x21-\x7e]/.test(label);
}

/** Returns a label as it is written in DNS. */
export function asciiOf(label: string): string {
  return new URL(`http://${label}`).hostname;
}
