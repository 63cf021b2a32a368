// Waiting where a person may watch: one live line on a terminal, a plain line at the beginning and the end elsewhere.
import type { AnyView, HttpCountersign, ResolvedView, WaitOptions } from '../client/index.ts';
import { StillPending } from '../client/index.ts';
import { durationText } from '../domain/duration.ts';
import { headline, progress } from './portrait.ts';
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
    const waited = durationText(Math.floor((Date.now() - began) / 1_000) * 1_000);
    const left = durationText(Math.max(0, Math.ceil((Date.parse(view.expires_at) - Date.now()) / 60_000) * 60_000));
    const line = `${headline(view, stream)}  ${progress(view)}  ${paint(`${waited}, expires in ${left}  ${view.id}`, 'dim')}`;
    stream.write(CLEAR_LINE + line);
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
