import type { ReactNode, ScriptHTMLAttributes } from 'react';

/** Stands for `next/script`, so that this folder is checked without Next.js. An app does not need this file. */
export default function Script(
  props: ScriptHTMLAttributes<HTMLScriptElement> & {
    readonly strategy?: 'beforeInteractive' | 'afterInteractive' | 'lazyOnload' | 'worker';
  },
): ReactNode;
