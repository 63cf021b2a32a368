// What the demo says in the terminal: one line a fact, aligned, in colour only where a person looks.
import { styleText } from 'node:util';
import type { Status } from '../../domain/lifecycle.ts';

type Style = Parameters<typeof styleText>[0];

const isColourful = process.stdout.isTTY === true && process.env.NO_COLOR === undefined;

export function paint(style: Style, text: string): string {
  return isColourful ? styleText(style, text, { validateStream: false }) : text;
}

export function say(line = ''): void {
  process.stdout.write(`${line}\n`);
}

export function heading(text: string): void {
  say(`\n${paint('bold', text)}`);
}

/** A thing that started, where it is, and how long it took. */
export function started(what: string, where: string, sinceMs: number): void {
  const seconds = `${((performance.now() - sinceMs) / 1_000).toFixed(1)} s`;
  say(`  ${paint('green', '✓')} ${what.padEnd(30)} ${paint('dim', where.padEnd(34))} ${paint('dim', seconds)}`);
}

const looks: { readonly [status in Status]: readonly [string, Style] } = {
  pending: ['…', 'yellow'],
  approved: ['✓', 'green'],
  denied: ['✗', 'red'],
  expired: ['◷', 'yellow'],
  cancelled: ['–', 'dim'],
  failed: ['!', 'magenta'],
};

/** What a tool does or hears, as it happens. */
export function toolLine(tool: string, does: Status | 'asks' | 'redeems', text: string): void {
  const [glyph, style] = does === 'asks' || does === 'redeems' ? (['→', 'cyan'] as const) : looks[does];
  say(`  ${paint('bold', tool.padEnd(14))} ${paint(style, `${glyph} ${does.padEnd(10)}`)} ${text}`);
}
