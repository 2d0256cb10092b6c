/** The minified text of `stub.js`, which says what it does. */
const STUB =
  'window._df||(_df={q:[],u:location.href},"track page identify consent reset flush ready".split(" ").map(e=>_df[e]=(...f)=>{let n=crypto.randomUUID?.(),t=e==="flush"&&new Promise(r=>f=[r]);return _df.q.push([e,f,Date.now(),location.href,n]),t||n}));';

export interface SnippetOptions {
  /** Address of `df.js`, as the page would write it. */
  readonly src: string;
  readonly writeKey: string;
  /** Default: `_df`. */
  readonly globalName?: string;
}

/**
 * Gives the text to paste into a page's `<head>`: the stub, which keeps calls made before the tag arrives, and
 * the tag itself.
 *
 * @example
 * snippet({ src: 'https://www.example.com/_df/df.js', writeKey: 'wk_abc123' })
 */
export function snippet({ src, writeKey, globalName = '_df' }: SnippetOptions): string {
  const dataGlobal = globalName === '_df' ? '' : ` data-global="${escaped(globalName)}"`;
  return [
    `<script>${stub(globalName)}</script>`,
    `<script async src="${escaped(src)}" data-write-key="${escaped(writeKey)}"${dataGlobal}></script>`,
  ].join('\n');
}

/**
 * Gives the script inside the snippet's first element, for a page's Content-Security-Policy hash.
 *
 * @throws If the name could not be written as a variable in the page: it becomes code there.
 */
export function stub(globalName: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(globalName)) {
    throw new Error(`Cannot write the snippet: the global's name is "${globalName}", expected letters, digits, _ or $`);
  }
  return STUB.replaceAll('_df', () => globalName);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
