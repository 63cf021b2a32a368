// How the page looks: quiet, in the reader's own light or dark, and readable on paper.
export const STYLE = `
:root { color-scheme: light dark;
  --page: #faf9f6; --card: #ffffff; --ink: #1d1c1a; --quiet: #6b675f; --line: #e4e0d8;
  --same: #c9c4b9; --loosened: #d0611c; --tightened: #2b6cb0; --changed_approvers: #7d57b3; --undefined: #a58300; --broken: #bb2a21; }
@media (prefers-color-scheme: dark) { :root {
  --page: #161513; --card: #1f1e1b; --ink: #ece9e2; --quiet: #9c978c; --line: #35332e;
  --same: #5a574f; --loosened: #f08a45; --tightened: #6aa9ea; --changed_approvers: #b493e6; --undefined: #dcb938; --broken: #f2695f; } }
* { box-sizing: border-box; }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 48px 24px 64px; }
header .brand { color: var(--quiet); letter-spacing: .08em; text-transform: uppercase; font-size: 12px; }
h1 { font-size: 30px; line-height: 1.2; margin: 6px 0 10px; letter-spacing: -.01em; text-wrap: balance; }
header p { margin: 0; color: var(--quiet); }
section { margin-top: 40px; }
h2 { font-size: 18px; margin: 0 0 2px; }
section > p { margin: 0 0 14px; color: var(--quiet); max-width: 68ch; }
code, .id { font: 13px/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
.id { color: var(--quiet); font-size: 12px; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 18px 20px; }
.strip { display: flex; gap: 2px; height: 14px; border-radius: 7px; overflow: hidden; margin: 28px 0 16px; }
.strip i { display: block; min-width: 4px; }
.tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(132px, 1fr)); gap: 10px; }
.tile { background: var(--card); border: 1px solid var(--line); border-top: 3px solid; border-radius: 10px; padding: 12px 14px; }
.tile b { display: block; font-size: 24px; line-height: 1.2; font-variant-numeric: tabular-nums; }
.tile .name { font-weight: 600; white-space: nowrap; } .tile small { display: block; color: var(--quiet); line-height: 1.35; margin-top: 4px; }
.tile.none { border-top-color: var(--line) !important; } .tile.none b, .tile.none .name { color: var(--quiet); font-weight: 400; }
svg { display: block; width: 100%; height: auto; }
svg text { fill: var(--ink); font: 13px system-ui, sans-serif; font-variant-numeric: tabular-nums; } svg text.quiet { fill: var(--quiet); font-size: 12px; }
.same { fill: var(--same); border-top-color: var(--same); } i.same { background: var(--same); }
.loosened { fill: var(--loosened); border-top-color: var(--loosened); } i.loosened { background: var(--loosened); }
.tightened { fill: var(--tightened); border-top-color: var(--tightened); } i.tightened { background: var(--tightened); }
.changed_approvers { fill: var(--changed_approvers); border-top-color: var(--changed_approvers); } i.changed_approvers { background: var(--changed_approvers); }
.undefined { fill: var(--undefined); border-top-color: var(--undefined); } i.undefined { background: var(--undefined); }
.broken { fill: var(--broken); border-top-color: var(--broken); } i.broken { background: var(--broken); }
.ribbon { opacity: .82; } .ribbon.same { opacity: .45; } .ribbon:hover { opacity: 1; }
.node { fill: var(--ink); opacity: .8; } .grid { stroke: var(--line); }
.bar.recorded { fill: var(--same); } .bar.candidate { fill: var(--tightened); }
.legend { display: flex; flex-wrap: wrap; gap: 4px 18px; color: var(--quiet); font-size: 13px; margin: 10px 0 0; }
.legend i, td i { display: inline-block; width: 10px; height: 10px; border-radius: 3px; margin-right: 7px; }
.scroll { overflow-x: auto; padding: 6px 20px; margin-top: 14px; }
table { border-collapse: collapse; width: 100%; }
th { text-align: left; color: var(--quiet); font-weight: 500; font-size: 13px; }
th, td { padding: 9px 14px 9px 0; vertical-align: top; border-bottom: 1px solid var(--line); }
tr:last-child td { border-bottom: 0; } th:last-child, td:last-child { padding-right: 0; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; } 
del { color: var(--quiet); } .asks { font-size: 13px; color: var(--quiet); } .mark { white-space: nowrap; }
footer { margin-top: 44px; padding-top: 16px; border-top: 1px solid var(--line); color: var(--quiet); font-size: 13px; }
footer p { margin: 0 0 4px; }
@media print { main { padding: 0; max-width: none; } section { break-inside: avoid; } }
`;
