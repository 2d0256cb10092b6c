/** The minified text of `stub.js`, which explains it. */
const STUB =
  'try{(window._df||(_df={q:[]})).q?.map&&(_df.track||(_df.u=location.href,"track page identify consent reset flush ready".split(" ").map(t=>_df[t]=(...a)=>{let e=self.crypto?.randomUUID?.(),i=/h$/.test(t)&&new Promise(n=>setTimeout(n,2e3,a=[n]));return _df.q[9999]&&/^[tip]/.test(t)||_df.q.push([t,a,Date.now(),location.href,e]),i||e}),"pagehide beforeunload visibilitychange".split(" ").map(t=>addEventListener(t,()=>{try{let a=document.querySelector("[data-write-key^=wk_]"),e={...a.dataset},i=[],n=_df.q.filter(([r,s,c,d,o])=>/^[tip]/.test(r)?!i.push({messageId:o,timestamp:c,type:r,context:{page:{url:d}},args:s}):/t$/.test(r)?e.consent=s[0].advertising==!0&&s[0]:r);i[0]&&!navigator.globalPrivacyControl&&/^[^rf]/.test(e.consent)&&navigator.sendBeacon(new URL("v1/batch",a.src),JSON.stringify({...e,batch:i}))&&(_df.q=n)}catch{}}))))}catch{}';

export interface SnippetOptions {
  /** The address of `df.js`, as written in the page. */
  readonly src: string;
  readonly writeKey: string;
  /** Default: `_df`. */
  readonly globalName?: string;
}

/**
 * Returns the text to paste into a page's `<head>`: the stub, which queues calls made before the tag loads, and the tag
 * itself.
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
 * Returns the script inside the snippet's first element, for a page's Content-Security-Policy hash.
 *
 * @throws If the name is not a valid variable name, because it becomes code in the page.
 */
export function stub(globalName: string): string {
  if (!/^[A-Za-z_$][\w$]*$/.test(globalName)) {
    throw new Error(`Cannot write the snippet: the global's name is "${globalName}", expected letters, digits, _ or $`);
  }
  if (globalName === '_df') return STUB;
  // Selects this tag's own element, because another tag's may come first.
  const element = `[data-global='${globalName}']`;
  return STUB.replaceAll('_df', () => globalName).replace('[data-write-key^=wk_]', () => element);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
