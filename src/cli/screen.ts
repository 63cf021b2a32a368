// Where words for people go: aligned and calm, colour only on a terminal that wants it, nothing that could steer it.
import { spelt } from '../domain/visible.ts';

export type Paint = 'green' | 'red' | 'yellow' | 'dim' | 'bold';

const CODES: { readonly [paint in Paint]: readonly [number, number] } = {
  green: [32, 39],
  red: [31, 39],
  yellow: [33, 39],
  dim: [2, 22],
  bold: [1, 22],
};

export type Stream = NodeJS.WriteStream;

/** Colour is a courtesy: to a terminal, and not where NO_COLOR or TERM=dumb says otherwise. */
export function isColourful(stream: Stream, env: NodeJS.ProcessEnv = process.env): boolean {
  return stream.isTTY === true && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb';
}

export function painter(stream: Stream): (text: string, paint: Paint) => string {
  if (!isColourful(stream)) return text => text;
  return (text, paint) => {
    const [on, off] = CODES[paint];
    return `\u001b[${on}m${text}\u001b[${off}m`;
  };
}

/** Text that is not ours: a control sequence in it is shown, not obeyed. */
export function plain(text: string): string {
  return spelt(text);
}

export function say(line: string, stream: Stream = process.stdout): void {
  stream.write(`${line}\n`);
}

/** Rows with their columns in line; the last column may be as long as it likes. */
export function aligned(rows: readonly (readonly string[])[], indent = ''): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, cell.length);
    });
  }
  return rows.map(row =>
    (indent + row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i] ?? 0))).join('  ')).trimEnd(),
  );
}
