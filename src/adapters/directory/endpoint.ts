// Who people are: answers from an HTTP endpoint, asked again and again, and remembered for the time it is down.
import { createHash } from 'node:crypto';
import { Failure } from '../../domain/failure.ts';
import type { Observe } from '../../flow/ports.ts';
import { fetchPeople } from './fetch-people.ts';
import { answersFrom, type Known, type LiveDirectory, nextKnown, sizeOf } from './known.ts';

/** Where the last good answer is kept, as flat fields. */
export type Copy = {
  read(): Promise<Readonly<Record<string, string>>>;
  write(fields: Readonly<Record<string, string>>): Promise<void>;
};

export type EndpointOptions = {
  readonly url: string;
  /** Sent as a bearer token. */
  readonly token?: string;
  readonly refreshMs: number;
  /** After this long without a good answer nobody is recognised: a leaver must not stay for ever. */
  readonly maxAgeMs: number;
  readonly copy: Copy;
  readonly observe?: Observe;
  readonly timeoutMs?: number;
  readonly now?: () => number;
};

type Held = { readonly known: Known; readonly etag: string; readonly goodAtMs: number };

const TIMEOUT_MS = 10_000;

/** Starts with the endpoint's answer, else with the kept copy; throws where there is neither. */
export async function openEndpoint(options: EndpointOptions): Promise<LiveDirectory> {
  const { url, token, copy, observe, maxAgeMs, timeoutMs = TIMEOUT_MS, now = Date.now } = options;
  const source = createHash('sha256').update(url).digest('hex');
  const stopping = new AbortController();
  let held = await keptIn(copy, source, now());
  let fault: Failure | undefined;
  let asking: Promise<boolean> | undefined;

  function trouble(code: string, message: string): void {
    observe?.({ kind: 'trouble', where: 'directory', code, message });
  }

  async function keep(fields: Readonly<Record<string, string>>): Promise<void> {
    await copy.write(fields).catch(() => trouble('people_not_kept', 'The directory could not be kept. Check Redis.'));
  }

  async function ask(): Promise<void> {
    const etag = held?.etag ?? '';
    const fetched = await fetchPeople({ url, etag, timeoutMs, signal: stopping.signal, ...(token ? { token } : {}) });
    const goodAtMs = now();
    if (fetched.kind === 'same') {
      if (held !== undefined) held = { ...held, goodAtMs };
      return keep({ good_at: String(goodAtMs) });
    }
    held = { known: nextKnown(fetched.text, held?.known), etag: fetched.etag, goodAtMs };
    await keep({ source, text: fetched.text, etag: fetched.etag, good_at: String(goodAtMs) });
  }

  async function refresh(): Promise<boolean> {
    try {
      await ask();
      if (fault !== undefined) trouble('people_back', 'The directory endpoint gives a usable answer again.');
      fault = undefined;
      return true;
    } catch (error) {
      if (stopping.signal.aborted) return false;
      const failure = error instanceof Failure ? error : unexpected(error);
      const isNews = fault?.message !== failure.message;
      fault = failure;
      if (isNews) trouble(failure.code, `${failure.message} The people known before are still in force.`);
      return false;
    }
  }

  function reload(): Promise<boolean> {
    asking ??= refresh().finally(() => {
      asking = undefined;
    });
    return asking;
  }

  await reload();
  const first = held;
  if (first === undefined) throw fault ?? unexpected(undefined);
  const latest = () => held ?? first;
  const ageMs = () => now() - latest().goodAtMs;

  let timer: NodeJS.Timeout | undefined;
  const later = () => {
    if (stopping.signal.aborted) return;
    timer = setTimeout(() => void reload().then(later), options.refreshMs);
    timer.unref();
  };
  later();

  function trusted(): Known {
    if (ageMs() > maxAgeMs) throw tooOld();
    return latest().known;
  }

  return {
    ...answersFrom(trusted, () => latest().known),
    reload,
    get fault() {
      return fault?.message;
    },
    async check() {
      const age = `last good answer ${Math.round(ageMs() / 1_000)} s ago`;
      if (ageMs() > maxAgeMs) return { name: 'people', ok: false, detail: `${tooOld().message} (${age})` };
      const size = `${sizeOf(latest().known)}, ${age}.`;
      return { name: 'people', ok: true, detail: fault === undefined ? size : `${size} ${fault.message}` };
    },
    stop() {
      clearTimeout(timer);
      stopping.abort();
    },
  };
}

/** A copy of another address, or one that cannot be read any more, is none. */
async function keptIn(copy: Copy, source: string, nowMs: number): Promise<Held | undefined> {
  const { text, etag = '', good_at, ...kept } = await copy.read();
  const goodAtMs = Number(good_at);
  if (text === undefined || kept.source !== source || !Number.isFinite(goodAtMs)) return undefined;
  try {
    return { known: nextKnown(text, undefined), etag, goodAtMs: Math.min(goodAtMs, nowMs) };
  } catch {
    return undefined;
  }
}

function tooOld(): Failure {
  const message =
    'The directory is too old to be trusted, so nobody is recognised. Bring back the endpoint of COUNTERSIGN_PEOPLE.';
  return new Failure('directory_stale', message, { isTransient: true });
}

function unexpected(cause: unknown): Failure {
  const message = 'The directory could not be read. Check COUNTERSIGN_PEOPLE.';
  return new Failure('people_unreadable', message, { isTransient: true, cause });
}
