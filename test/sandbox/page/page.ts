import { PAGE_SCRIPT } from './script.ts';
import { PAGE_STYLE } from './style.ts';

/** Builds the page at `/`: the received events, newest first. It is one file, and only requests its own two lists. */
export const sandboxPage = (): string => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>LinkedIn sandbox</title>
<link rel="icon" href="data:,">
<style>${PAGE_STYLE}</style>
</head>
<body>
<header>
  <h1>LinkedIn sandbox</h1>
  <p id="summary" role="status">Looking…</p>
  <button id="clear" type="button">Clear</button>
</header>
<main>
  <section aria-labelledby="events-title">
    <h2 id="events-title">Accepted events</h2>
    <div id="events-empty" class="empty" hidden>
      <p><strong>Nothing has come in yet.</strong></p>
      <p>Start the product with <code>npm run dev</code>, open <code>http://localhost:8787/demo</code> and buy something;
      or send an event yourself:</p>
      <pre id="example"></pre>
    </div>
    <ol id="events"></ol>
  </section>
  <section aria-labelledby="requests-title">
    <h2 id="requests-title">Requests</h2>
    <p id="requests-empty" class="empty" hidden>No request yet. Every one shows up here, also one that was refused.</p>
    <ol id="requests"></ol>
  </section>
</main>
<script>${PAGE_SCRIPT}</script>
</body>
</html>
`;
