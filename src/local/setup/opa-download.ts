// Downloads OPA's official static binary and checks it against the SHA-256 published beside it.
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream as WebStream } from 'node:stream/web';
import { setupFailure } from './say.mjs';

const RELEASES = 'https://github.com/open-policy-agent/opa/releases/download';
const ANSWER_WITHIN_MS = 5_000; // a closed network must not hold anybody up
const WHOLE_WITHIN_MS = 180_000;

const ASSETS: Readonly<Record<string, string>> = {
  'linux-x64': 'opa_linux_amd64_static',
  'linux-arm64': 'opa_linux_arm64_static',
  'darwin-arm64': 'opa_darwin_arm64_static',
  'darwin-x64': 'opa_darwin_amd64',
};

/** Puts the official `opa` at `target` in one move, or throws and leaves nothing. */
export async function downloadOpa(
  version: string,
  target: string,
  { releases = RELEASES, platform = `${process.platform}-${process.arch}` } = {},
): Promise<void> {
  const asset = ASSETS[platform];
  if (asset === undefined) throw setupFailure('opa_no_asset', `there is no official binary for ${platform}`);
  const url = `${releases}/v${version}/${asset}`;
  const published = /^[0-9a-f]{64}/i.exec(await (await ask(`${url}.sha256`)).text())?.[0]?.toLowerCase();
  if (published === undefined) throw setupFailure('opa_no_checksum', `no SHA-256 is published at ${url}.sha256`);

  const parent = dirname(target);
  await mkdir(parent, { recursive: true });
  const part = join(parent, `.opa-${process.pid}.part`);
  try {
    const actual = await save(await ask(url), part);
    if (actual !== published) {
      throw setupFailure('opa_corrupt', `the download of ${url} has SHA-256 ${actual}, published is ${published}`);
    }
    await chmod(part, 0o755);
    await rename(part, target);
  } finally {
    await rm(part, { force: true });
  }
}

async function ask(url: string): Promise<Response> {
  const patience = new AbortController();
  const late = setTimeout(
    () => patience.abort(setupFailure('opa_no_answer', `${url} did not answer within ${ANSWER_WITHIN_MS / 1000} s`)),
    ANSWER_WITHIN_MS,
  );
  try {
    const signal = AbortSignal.any([patience.signal, AbortSignal.timeout(WHOLE_WITHIN_MS)]);
    const response = await fetch(url, { signal });
    if (!response.ok) throw setupFailure('opa_refused', `${url} answered ${response.status}`);
    return response;
  } catch (error) {
    const isOurs = error instanceof Error && 'code' in error && String(error.code).startsWith('opa_');
    throw isOurs ? error : setupFailure('opa_unreachable', `${url} cannot be reached`, error);
  } finally {
    clearTimeout(late);
  }
}

async function save(response: Response, path: string): Promise<string> {
  if (response.body === null) throw setupFailure('opa_refused', `${response.url} answered with no body`);
  const hash = createHash('sha256');
  await pipeline(
    Readable.fromWeb(response.body as WebStream),
    async function* (chunks: AsyncIterable<Uint8Array>) {
      for await (const chunk of chunks) {
        hash.update(chunk);
        yield chunk;
      }
    },
    createWriteStream(path, { mode: 0o600 }),
  );
  return hash.digest('hex');
}
