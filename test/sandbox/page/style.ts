/** The page's style, light and dark. */
export const PAGE_STYLE = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#f4f5f7, #121416);
  --card: light-dark(#fff, #1b1f23);
  --line: light-dark(#dfe3e8, #2c3238);
  --dim: light-dark(#5c6670, #97a1ab);
  --accent: light-dark(#0a66c2, #70b5f9);
  --good: light-dark(#057642, #5fc992);
  --bad: light-dark(#b3261e, #ff8a80);
  --warn: light-dark(#8a5a00, #f0c060);
  font: 15px/1.5 system-ui, sans-serif;
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); }
header { position: sticky; top: 0; z-index: 1; display: flex; align-items: baseline; gap: 1rem; padding: .8rem 1.5rem;
  background: var(--card); border-bottom: 1px solid var(--line); }
h1 { margin: 0; font-size: 1.1rem; color: var(--accent); white-space: nowrap; }
h2 { margin: 0 0 .75rem; font-size: .95rem; color: var(--dim); font-weight: 600; }
#summary { flex: 1; margin: 0; color: var(--dim); font-variant-numeric: tabular-nums; }
button { padding: .25rem .9rem; border: 1px solid var(--line); border-radius: 99px; background: none; color: inherit; font: inherit; cursor: pointer; }
button:hover { border-color: var(--accent); }
main { display: grid; grid-template-columns: minmax(0, 3fr) minmax(0, 2fr); gap: 1.5rem; padding: 1.5rem; max-width: 90rem; margin: auto; }
@media (max-width: 60rem) { main { grid-template-columns: minmax(0, 1fr); } }
ol { list-style: none; margin: 0; padding: 0; display: grid; gap: .6rem; }
li, .empty { background: var(--card); border: 1px solid var(--line); border-radius: 10px; padding: .7rem 1rem; }
.empty { margin: 0; color: var(--dim); }
.empty p { margin: 0 0 .5rem; }
.line { display: flex; flex-wrap: wrap; gap: .2rem .8rem; align-items: baseline; }
.grow { flex: 1; overflow-wrap: anywhere; }
time, .dim { color: var(--dim); font-size: .85rem; font-variant-numeric: tabular-nums; }
.good { color: var(--good); font-weight: 600; }
.bad { color: var(--bad); font-weight: 600; }
.note { margin: .3rem 0 0; font-size: .85rem; overflow-wrap: anywhere; white-space: pre-wrap; }
.warn { color: var(--warn); }
#example { white-space: pre-wrap; overflow-wrap: anywhere; }
pre { margin: .5rem 0 0; padding: .7rem; overflow-x: auto; border-radius: 6px; background: var(--ground); font: 12.5px/1.5 ui-monospace, monospace; }
`;
