/**
 * A page of 65,536 bucket keys, all derived from one seed. Single bucket keys can be destroyed without changing the
 * others.
 *
 * It is a tree with four branches per node, a puncturable pseudorandom function (Goldreich, Goldwasser and Micali). A
 * node's seed gives the seeds of its branches, but never those above or beside it. To destroy a bucket's key, the seeds
 * on its path are replaced by the seeds beside the path. The remaining seeds then can't derive it. A page is stored as
 * the remaining nodes, by path.
 */
export type KeyTree = ReadonlyMap<string, string>;

/** Derives the seed of one branch of a node. It must be a one-way function. */
export type Branch = (seed: string, branch: string) => Promise<string>;

const BRANCHES = ['0', '1', '2', '3'];
const DEPTH = 8;

/** There are 1,364 nodes down to this depth. */
const KNOWN_DEPTH = 5;

export const BUCKETS = BRANCHES.length ** DEPTH;

export function treeOf(seed: string): KeyTree {
  return new Map([['', seed]]);
}

/**
 * Returns the keys of the given buckets. Destroyed buckets are left out.
 *
 * @param known The seeds of inner nodes that were derived from this tree before, by path. This adds others: most people
 * then need three derivations instead of eight.
 */
export async function keysOf(
  tree: KeyTree,
  buckets: Iterable<number>,
  { branch, known = new Map() }: { branch: Branch; known?: Map<string, string> },
): Promise<ReadonlyMap<number, string>> {
  const remembered: Branching = async (seed, { digit, path }) => {
    if (path.length > KNOWN_DEPTH) return branch(seed, digit);
    const own = known.get(path) ?? (await branch(seed, digit));
    known.set(path, own);
    return own;
  };
  const found = await Promise.all(nodesAbove(tree, buckets).map((node) => leavesOf(node, remembered)));
  return new Map(found.flat().map(({ path, seed }) => [Number.parseInt(path, BRANCHES.length), seed]));
}

/** Returns the tree without the given buckets. */
export async function without(tree: KeyTree, buckets: Iterable<number>, branch: Branch): Promise<KeyTree> {
  const cut = nodesAbove(tree, buckets);
  const branching: Branching = (seed, { digit }) => branch(seed, digit);
  const left = await Promise.all(cut.map((node) => leftOf(node, branching)));
  const paths = new Set(cut.map(({ path }) => path));
  return new Map([...[...tree].filter(([path]) => !paths.has(path)), ...left.flat()]);
}

type Node = {
  path: string;
  seed: string;
  /** The full paths of the requested buckets below the node. */
  buckets: readonly string[];
};

function nodesAbove(tree: KeyTree, buckets: Iterable<number>): Node[] {
  const found = new Map<string, { path: string; seed: string; buckets: string[] }>();
  for (const bucket of new Set(buckets)) {
    const whole = bucket.toString(BRANCHES.length).padStart(DEPTH, '0');
    for (let length = 0; length <= DEPTH; length += 1) {
      const path = whole.slice(0, length);
      const seed = tree.get(path);
      if (seed === undefined) continue;
      const node = found.get(path) ?? { path, seed, buckets: [] };
      node.buckets.push(whole);
      found.set(path, node);
      break;
    }
  }
  return [...found.values()];
}

/** Returns the seed of one branch of a node. */
type Branching = (seed: string, next: Next) => Promise<string>;

async function leavesOf(node: Node, branch: Branching): Promise<Node[]> {
  if (node.path.length === DEPTH) return [node];
  const asked = below(node).filter(({ buckets }) => buckets.length > 0);
  const found = await Promise.all(asked.map(async (next) => leavesOf(await grown(node, next, branch), branch)));
  return found.flat();
}

async function leftOf(node: Node, branch: Branching): Promise<[path: string, seed: string][]> {
  if (node.buckets.length === 0) return [[node.path, node.seed]];
  if (node.path.length === DEPTH) return [];
  const left = await Promise.all(below(node).map(async (next) => leftOf(await grown(node, next, branch), branch)));
  return left.flat();
}

type Next = { digit: string; path: string; buckets: string[] };

function below({ path, buckets }: Node): Next[] {
  return BRANCHES.map((digit) => ({
    digit,
    path: path + digit,
    buckets: buckets.filter((whole) => whole[path.length] === digit),
  }));
}

async function grown({ seed }: Node, next: Next, branch: Branching): Promise<Node> {
  return { path: next.path, seed: await branch(seed, next), buckets: next.buckets };
}
