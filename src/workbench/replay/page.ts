// The findings as one page that needs nothing else: no script, no font, no address but its own.
import { differences } from '../../domain/comparison.ts';
import { flowChart, weekChart } from './charts.ts';
import { html, Markup } from './markup.ts';
import { pagesPerWeek, type Report, type Times } from './report.ts';
import { STYLE } from './style.ts';
import { code, ids, table } from './table.ts';
import {
  approvalFindings,
  DIFFERENCE,
  heldAgainst,
  milliseconds,
  OUTCOME,
  percent,
  skippedLines,
  whole,
} from './words.ts';

const ROWS = 50;

/** A whole HTML document. No value of a request is in it: actions, rules, people and ids are. */
export function pageOf(report: Report): string {
  const { candidate, source, period } = report;
  const between = period === undefined ? '' : `, ${dayOf(period.first)} to ${dayOf(period.last)}`;
  const page = html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${headline(report)}</title><style>${STYLE_SHEET}</style></head>
<body><main>
<header><div class="brand">Countersign · policy replay</div><h1>${headline(report)}</h1>
<p><code>${candidate.policies}</code>${candidate.revision === undefined ? '' : ` (revision ${candidate.revision})`} asked ${whole(report.decisions)} recorded questions again${between}, from ${source}.</p></header>
${summary(report)}${requests(report)}${people(report)}${voters(report)}${causes(report)}${speed(report)}
<footer>${skippedLines(report).map(line => html`<p>${line}.</p>`)}
<p>Each recorded question was asked again with the facts and votes of its time. What people would have done instead is not known.</p>
<p>No parameter, reason or other value of a request is on this page.</p></footer>
</main></body></html>
`;
  return page.text;
}

const STYLE_SHEET = new Markup(STYLE);

function headline({ decisions, differences: found }: Report): string {
  if (decisions === 0) return 'Nothing could be replayed';
  const parts = differences
    .filter(name => name !== 'same' && found[name].count > 0)
    .map(name => `${whole(found[name].count)} ${DIFFERENCE[name].name}`);
  return parts.length === 0 ? 'Nothing would have been otherwise' : parts.join(', ');
}

function summary({ decisions, differences: found }: Report): Markup {
  const strip = differences.filter(name => found[name].count > 0);
  return html`<section><div class="strip">${strip.map(
    name => html`<i class="${name}" style="flex: ${found[name].count} 1 0" title="${DIFFERENCE[name].name}"></i>`,
  )}</div><div class="tiles">${differences.map(name => {
    const { count } = found[name];
    return html`<div class="tile ${name} ${count === 0 ? 'none' : ''}"><span class="name">${DIFFERENCE[name].name}</span>
<b>${whole(count)}</b>${count === 0 ? '' : percent(count, decisions)}<small>${DIFFERENCE[name].what}</small></div>`;
  })}</div></section>`;
}

function requests({ flows }: Report): Markup | undefined {
  if (flows.length === 0) return undefined;
  const kinds = differences.filter(name => flows.some(({ difference }) => difference === name));
  return html`<section><h2>When a request is submitted</h2>
<p>Left what policy answered, right what the candidate answers. ${flows.every(({ difference }) => difference === 'same') ? 'Nothing moves.' : ''}</p>
<div class="card">${flowChart(flows)}<div class="legend">${kinds.map(
    name => html`<span><i class="${name}"></i>${DIFFERENCE[name].name}</span>`,
  )}</div></div></section>`;
}

function people(report: Report): Markup | undefined {
  if (report.weeks.length === 0) return undefined;
  const { recorded, candidate } = pagesPerWeek(report);
  const change = candidate - recorded;
  const words =
    Math.abs(change) < 0.05
      ? 'as many as before'
      : `${Math.abs(change).toFixed(1)} ${change > 0 ? 'more' : 'fewer'} than the ${recorded.toFixed(1)} that were`;
  const rows = approvalFindings(report).filter(({ count }) => count > 0);
  return html`<section><h2>How often people are asked</h2>
<p>${candidate.toFixed(1)} requests a week would need people, ${words}.</p>
<div class="card">${weekChart(report.weeks)}<div class="legend"><span><i class="same"></i>recorded</span>
<span><i class="tightened"></i>with the candidate</span></div></div>
${table(
  ['', ['Requests'], 'To look at'],
  rows.map(({ what, count, examples }) => [what, whole(count), ids(examples)]),
)}</section>`;
}

function voters({ people: all }: Report): Markup | undefined {
  if (all.length === 0) return undefined;
  const rows = all
    .slice(0, ROWS)
    .map(({ person, votes, lost, gained, codes, examples }) => [
      person,
      whole(votes),
      whole(lost),
      whole(gained),
      code(codes.join(', ')),
      ids(examples),
    ]);
  return html`<section><h2>Whose votes would count otherwise</h2>
<p>Each vote when it was cast. Lost: it counted, and would not. Gained: the reverse.</p>
${table(['Person', ['Votes'], ['Lost'], ['Gained'], 'Why', 'To look at'], rows)}</section>`;
}

function causes({ behind, unlisted }: Report): Markup | undefined {
  if (behind.length === 0) return undefined;
  const rows = behind
    .slice(0, ROWS)
    .map(({ count, action, phase, difference, from, to, rulesThen, rulesNow, asks, examples }) => [
      whole(count),
      html`<span class="mark"><i class="${difference}"></i>${DIFFERENCE[difference].name}</span>`,
      html`<code>${action}</code> at ${phase}`,
      from === to ? OUTCOME[from] : `${OUTCOME[from]} → ${OUTCOME[to]}`,
      rules(rulesThen, rulesNow, asks),
      ids(examples.slice(0, 1)),
    ]);
  const rest = behind.slice(ROWS).reduce((sum, { count }) => sum + count, unlisted);
  return html`<section><h2>Behind the differences</h2>
<p>The rules that spoke then, and those that speak now; the most frequent first.${rest === 0 ? '' : ` ${whole(rest)} more are of other kinds.`}</p>
${table([['Count'], '', 'Action', 'Outcome', 'Rules', 'To look at'], rows)}</section>`;
}

/** What spoke and what speaks, each on a line; the same words are said once. */
function rules(then: readonly string[], now: readonly string[], asks: readonly string[]): Markup {
  const [before, after] = [then.join(', '), now.join(', ')];
  return html`${before === after || before === '' ? undefined : html`<div><del>${code(before)}</del></div>`}<div>${code(after)}</div>${asks.map(
    words => html`<div class="asks">${words}</div>`,
  )}`;
}

function speed({ speed, tookMs, decisions }: Report): Markup | undefined {
  const { candidate, base, recorded, isSlower } = speed;
  if (candidate.samples === 0) return undefined;
  const rows = (
    [
      ['candidate', candidate],
      ['today', base],
      ['recorded at the time', recorded],
    ] as const
  ).flatMap(([name, times]) => (times === undefined ? [] : [timesRow(name, times)]));
  const rate = Math.round(decisions / (tookMs / 1_000));
  return html`<section><h2>${isSlower ? 'The candidate is slower' : 'Time to answer'}</h2>
<p>A sample, asked one question at a time, ${heldAgainst(speed)}. The whole replay took ${(tookMs / 1_000).toFixed(1)} s, ${whole(rate)} decisions a second.</p>
${table(['', ['Median'], ['99th percentile'], ['Questions']], rows)}</section>`;
}

function timesRow(name: string, { p50, p99, samples }: Times): readonly string[] {
  return [name, milliseconds(p50), milliseconds(p99), whole(samples)];
}

function dayOf(at: string): string {
  return at.slice(0, 10);
}
