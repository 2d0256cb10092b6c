import { renderToStaticMarkup } from 'react-dom/server';

import RootLayout from '../../../../examples/react/next/layout.tsx';

declare global {
  /** What the test that runs this takes from it. */
  // oxlint-disable-next-line no-var -- a global cannot be declared otherwise
  var page: string;
}

globalThis.page = `<!doctype html>${renderToStaticMarkup(
  <RootLayout>
    <div id="form" />
    <script src="/app.js" />
  </RootLayout>,
)}`;
