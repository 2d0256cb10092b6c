import { renderToStaticMarkup } from 'react-dom/server';

import RootLayout from '../../../../examples/react/next/layout.tsx';

declare global {
  /** The result that the test reads. */
  // oxlint-disable-next-line no-var -- a global cannot be declared otherwise
  var page: string;
}

globalThis.page = `<!doctype html>${renderToStaticMarkup(
  <RootLayout>
    <div id="form" />
    <script src="/app.js" />
  </RootLayout>,
)}`;
