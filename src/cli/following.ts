// Waiting where a person may watch: one live line on a terminal, a plain line at the beginning and the end elsewhere.
import { stripVTControlCharacters } from 'node:util';
import type { AnyView, HttpCountersign, ResolvedView, WaitOptions } from '../client/index.ts';
import { StillPending } from '../client/index.ts';
import { headline, progress } from './request-text.ts';
import { painter, type Stream, say } from './screen.ts';

const TICK_MS = 1_000;
const LOOK_EVERY_TICKS = 3;
const CLEAR_LINE = '\r\u001b[K';

/** Waits for the end of a request, telling about it on `stream`. Ctrl-C ends the waiting, not the request. */
export async function follow(
  countersign: HttpCountersign,
  view: AnyView,
  options: WaitOptions,
  stream: Stream,
): Promise<ResolvedView> {
  const leaving = new AbortController();
  const leave = () => leaving.abort(new Error('the waiting was interrupted'));
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, leave);
  const stopShowing = stream.isTTY === true ? showLive(countersign, view, stream) : showPlain(view, stream);
  try {
    return await countersign.wait(view.id, { ...options, signal: leaving.signal });
  } catch (error) {
    if (!(error instanceof StillPending)) throw error;
    stopShowing();
    say(`Withdraw it with: countersign cancel ${view.id}`, stream);
    throw error;
  } finally {
    stopShowing();
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.off(name, leave);
  }
}

function showPlain(view: AnyView, stream: Stream): () => void {
  say(`${headline(view, stream)}  ${view.id}  waits for an answer until ${view.expires_at}`, stream);
  return () => {};
}

function showLive(countersign: HttpCountersign, first: AnyView, stream: Stream): () => void {
  const paint = painter(stream);
  const began = Date.now();
  let view = first;
  let ticks = 0;
  const draw = () => {
    const head = headline(view, stream);
    const times = `${spent(Date.now() - began)}, expires in ${spent(Date.parse(view.expires_at) - Date.now())}`;
    // A line that wraps cannot be drawn over.
    const room = (stream.columns ?? 80) - stripVTControlCharacters(head).length - 3;
    const rest = [progress(view), times, view.id].join('  ').slice(0, Math.max(0, room));
    stream.write(`${CLEAR_LINE}${head}  ${paint(rest, 'dim')}`);
  };
  const timer = setInterval(() => {
    ticks += 1;
    if (ticks % LOOK_EVERY_TICKS === 0) {
      // What is shown may be a little old; only the waiting itself must not be wrong.
      countersign.read(first.id).then(
        fresh => {
          view = fresh;
        },
        () => {},
      );
    }
    draw();
  }, TICK_MS);
  draw();
  return () => {
    clearInterval(timer);
    stream.write(CLEAR_LINE);
  };
}

/** `7s`, `3m 07s`, `1h 03m`: as long as it needs to be, and always as wide as a moment ago. */
export function spent(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const two = (n: number) => String(n).padStart(2, '0');
  if (seconds < 60) return `${seconds}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}m ${two(seconds % 60)}s`;
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours}h ${two(minutes % 60)}m` : `${Math.floor(hours / 24)}d ${two(hours % 24)}h`;
}
