// A table on the page: columns of words and columns of numbers.
import { html, Markup } from './markup.ts';

/** A heading; one in a list of its own stands over numbers. */
export type Column = string | readonly [string];
export type Cell = string | Markup;

/** Nothing where there are no rows. */
export function table(columns: readonly Column[], rows: readonly (readonly Cell[])[]): Markup | undefined {
  if (rows.length === 0) return undefined;
  const kinds = columns.map(column => (typeof column === 'string' ? 'words' : 'number'));
  return html`<div class="card scroll"><table><thead><tr>${columns.map(
    (column, i) => html`<th class="${kinds[i]}">${column}</th>`,
  )}</tr></thead><tbody>${rows.map(
    row => html`<tr>${row.map((cell, i) => html`<td class="${kinds[i]}">${cell}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}

/** Ids of requests to look at, one below the other. */
export function ids(examples: readonly string[]): Markup {
  return html`${examples.map(id => html`<div class="id">${id}</div>`)}`;
}

export function code(text: string): Markup {
  return text === '' ? new Markup('') : html`<code>${text}</code>`;
}
