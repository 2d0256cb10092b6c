import type { ScriptHTMLAttributes } from 'react';

/** `next/script` as a server renders it: a script element with the given attributes. */
export default function Script({
  strategy: _strategy,
  ...attributes
}: ScriptHTMLAttributes<HTMLScriptElement> & { readonly strategy?: string }) {
  return <script async={attributes.src !== undefined} {...attributes} />;
}
