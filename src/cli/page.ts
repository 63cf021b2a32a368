// A page of requests as every list prints it: as JSON in the API's words, and what the page does not show.
import type { ViewPage } from '../client/calls.ts';
import { present } from '../domain/present.ts';

export function pageJson({ items, nextCursor, leftOut }: ViewPage): string {
  const page = {
    items,
    ...present({ next_cursor: nextCursor, left_out: leftOut }),
  };
  return JSON.stringify(page, undefined, 2);
}

/** Undefined where the page shows everything. */
export function leftOutWords({ leftOut = 0 }: ViewPage): string | undefined {
  if (leftOut === 0) return undefined;
  const many = leftOut === 1 ? '1 request is' : `${leftOut} requests are`;
  return `${many} not shown: a newer version of Countersign wrote it. Ask again when all processes are upgraded.`;
}
