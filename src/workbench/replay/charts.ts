// The two drawings of the page, as inline SVG: where requests went and would go, and how many need people each week.
import { html, type Markup } from './markup.ts';
import type { Flow, Outcome, Week } from './report.ts';
import { DIFFERENCE, OUTCOME, whole } from './words.ts';

const ORDER: readonly Outcome[] = ['allow', 'require_approval', 'deny', 'error', 'broken'];

const W = 760;
const LEFT = 170;
const RIGHT = W - 170;
const NODE = 10;
const GAP = 26;
const INK = 220;
const THINNEST = 2;

type Node = { readonly outcome: Outcome; readonly count: number; readonly y: number; readonly height: number };

/** Left: what was answered to submissions. Right: what the candidate answers. A ribbon is as thick as its share. */
export function flowChart(flows: readonly Flow[]): Markup {
  const total = flows.reduce((sum, { count }) => sum + count, 0);
  const thickness = (count: number) => Math.max(THINNEST, (count / total) * INK);
  const [left, right] = [column(flows, 'from', thickness), column(flows, 'to', thickness)];
  const height = Math.max(...[...left, ...right].map(({ y, height }) => y + height)) + 16;
  const [leftAt, rightAt] = [tops(left), tops(right)];
  const ribbons = inOrder(flows).map(flow => {
    const thick = thickness(flow.count);
    const [y0, y1] = [leftAt.get(flow.from) ?? 0, rightAt.get(flow.to) ?? 0];
    leftAt.set(flow.from, y0 + thick);
    rightAt.set(flow.to, y1 + thick);
    return { flow, kind: flow.difference, path: ribbon(y0, y1, thick) };
  });
  ribbons.sort((a, b) => Number(b.kind === 'same') - Number(a.kind === 'same')); // what changes lies on top
  return html`<svg viewBox="0 0 ${W} ${height}" role="img" aria-label="Outcomes of submissions, recorded and with the candidate">
${ribbons.map(
  ({ flow, kind, path }) =>
    html`<path class="ribbon ${kind}" d="${path}"><title>${whole(flow.count)} ${OUTCOME[flow.from]} → ${OUTCOME[flow.to]}, ${DIFFERENCE[kind].name}</title></path>`,
)}
${left.map(node => nodeMark(node, LEFT - NODE, LEFT - NODE - 10, 'end'))}
${right.map(node => nodeMark(node, RIGHT, RIGHT + NODE + 10, 'start'))}
</svg>`;
}

function inOrder(flows: readonly Flow[]): readonly Flow[] {
  const rank = ({ from, to }: Flow) => ORDER.indexOf(from) * ORDER.length + ORDER.indexOf(to);
  return flows.toSorted((a, b) => rank(a) - rank(b));
}

function column(flows: readonly Flow[], side: 'from' | 'to', thickness: (count: number) => number): readonly Node[] {
  let y = 16;
  return ORDER.flatMap(outcome => {
    const here = flows.filter(flow => flow[side] === outcome);
    if (here.length === 0) return [];
    const height = here.reduce((sum, { count }) => sum + thickness(count), 0);
    const node = { outcome, count: here.reduce((sum, { count }) => sum + count, 0), y, height };
    y += height + GAP;
    return [node];
  });
}

function tops(nodes: readonly Node[]): Map<Outcome, number> {
  return new Map(nodes.map(({ outcome, y }) => [outcome, y]));
}

function ribbon(y0: number, y1: number, thick: number): string {
  const middle = (LEFT + RIGHT) / 2;
  const [a, b, c, d] = [y0, y1, y1 + thick, y0 + thick].map(fixed);
  return `M${LEFT},${a} C${middle},${a} ${middle},${b} ${RIGHT},${b} L${RIGHT},${c} C${middle},${c} ${middle},${d} ${LEFT},${d} Z`;
}

function nodeMark({ outcome, count, y, height }: Node, x: number, textX: number, anchor: 'start' | 'end'): Markup {
  const middle = y + height / 2;
  return html`<rect class="node" x="${x}" y="${fixed(y)}" width="${NODE}" height="${fixed(height)}" rx="2"/>
<text x="${textX}" y="${fixed(middle - 2)}" text-anchor="${anchor}">${OUTCOME[outcome]}</text>
<text class="quiet" x="${textX}" y="${fixed(middle + 13)}" text-anchor="${anchor}">${whole(count)}</text>`;
}

const H = 220;
const BASE = H - 28;
const TOP = 14;
const EDGE = 44;
const WEEKS = 53;

/** Requests that need people, a pair of bars a week: recorded, and with the candidate. At most the last year. */
export function weekChart(all: readonly Week[]): Markup {
  const weeks = all.slice(-WEEKS);
  const most = Math.max(1, ...weeks.flatMap(({ recorded, candidate }) => [recorded, candidate]));
  const step = roundStep(most);
  const ceiling = Math.ceil(most / step) * step;
  const y = (count: number) => BASE - (count / ceiling) * (BASE - TOP);
  const slot = (W - EDGE) / weeks.length;
  const bar = Math.min(20, slot * 0.36);
  const every = Math.ceil(weeks.length / 9);
  const bars = weeks.map(({ week, recorded, candidate, requests }, i) => {
    const middle = EDGE + slot * (i + 0.5);
    return html`<g><title>week of ${week}: ${recorded} recorded, ${candidate} with the candidate, of ${requests} requests</title>
<rect class="bar recorded" x="${fixed(middle - bar - 1)}" y="${fixed(y(recorded))}" width="${fixed(bar)}" height="${fixed(BASE - y(recorded))}" rx="2"/>
<rect class="bar candidate" x="${fixed(middle + 1)}" y="${fixed(y(candidate))}" width="${fixed(bar)}" height="${fixed(BASE - y(candidate))}" rx="2"/>
${i % every === 0 ? html`<text class="quiet" x="${fixed(middle)}" y="${H - 8}" text-anchor="middle">${week.slice(5)}</text>` : undefined}</g>`;
  });
  const lines = Array.from({ length: Math.round(ceiling / step) + 1 }, (_, i) => i * step).map(
    count => html`<line class="grid" x1="${EDGE}" x2="${W}" y1="${fixed(y(count))}" y2="${fixed(y(count))}"/>
<text class="quiet" x="${EDGE - 8}" y="${fixed(y(count) + 4)}" text-anchor="end">${whole(count)}</text>`,
  );
  return html`<svg viewBox="0 0 ${W} ${H}" role="img" aria-label="Requests that need people, by week">${lines}${bars}</svg>`;
}

/** 1, 2 or 5 times a power of ten, so that there are at most five lines. */
function roundStep(most: number): number {
  const raw = most / 4;
  const power = 10 ** Math.floor(Math.log10(Math.max(raw, 1)));
  return [1, 2, 5, 10].map(factor => factor * power).find(step => step >= raw) ?? 10 * power;
}

function fixed(value: number): string {
  return value.toFixed(1);
}
