// The hook itself, as its agent starts it: reads a call, answers in the agent's dialect, and ends with a block whatever goes wrong.
import { writeSync } from 'node:fs';
import { connect } from '../../client/index.ts';
import type { JsonObject } from '../../domain/canonical.ts';
import { decodeJson } from '../../domain/exact-json.ts';
import { present } from '../../domain/present.ts';
import { stateDir } from '../home.ts';
import { judge } from '../judge.ts';
import { openAsks } from '../open-asks.ts';
import { nameOf, requestFor, spokenReason } from '../tool-call.ts';
import { saidToAgent } from '../words.ts';
import { readConnection } from './connection.ts';
import type { Dialect } from './dialect.ts';

/** What each of the agents takes for no, with the reason on standard error. */
export const BLOCK = 2;
/** A server that is down is known soon; waiting for people goes on for as long as it was said. */
const RETRY_FOR_MS = 10_000;
/** After the wait, for all the rest; the agent itself gives up later still. */
export const GRACE_MS = 30_000;
const MAX_BYTES = 8 * 1_048_576;
const REMEDY = 'Tell the person you work for.';

/** Never returns: the process ends with 0 after a yes that was redeemed, and with a block after anything else. */
export async function answerHook(dialect: Dialect, env: NodeJS.ProcessEnv = process.env): Promise<never> {
  process.exitCode = BLOCK;
  process.on('uncaughtException', error => block(broken(error)));
  process.on('unhandledRejection', error => block(broken(error)));
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(name, () => block(saidToAgent('it was told to stop before there was an answer. Nothing has run.')));
  }
  try {
    return await answer(dialect, env);
  } catch (error) {
    return block(broken(error));
  }
}

async function answer(dialect: Dialect, env: NodeJS.ProcessEnv): Promise<never> {
  const { url, apiKey, waitMs, ...behind } = connected(dialect, env);
  const late = saidToAgent('there was no answer in time. Nothing has run. Make the same call again.');
  setTimeout(() => block(late), waitMs + GRACE_MS);
  const call = dialect.read(parsed(await readAll(process.stdin)), env);
  if (call === undefined) return block(saidToAgent(`this is no call that a hook of ${dialect.name} knows. ${REMEDY}`));
  const countersign = connect({ url, apiKey, retryForMs: RETRY_FOR_MS });
  const asks = openAsks(stateDir(`hook.${dialect.name}`, env));
  const asking = { name: nameOf(call), request: requestFor(call, behind), ...present({ reason: spokenReason(call) }) };
  const verdict = await judge({ countersign, asks, waitMs, now: Date.now }, asking);
  if (!verdict.runs) return block(verdict.words);
  writeSync(1, dialect.yes(verdict.byPeople));
  return process.exit(0);
}

function connected(dialect: Dialect, env: NodeJS.ProcessEnv) {
  try {
    return readConnection(dialect.name, env);
  } catch (cause) {
    const remedy = `Have the person run: countersign hook ${dialect.name} install --user <id>`;
    throw new Error(`this hook is not connected. ${remedy}`, { cause });
  }
}

async function readAll(input: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of input) {
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw new Error('the call is too large. Make it in smaller parts.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parsed(text: string): JsonObject {
  const decoded = decodeJson(text);
  if (!decoded.ok) throw new Error(`the call cannot be read: ${decoded.fault.message}`);
  if (typeof decoded.value !== 'object' || decoded.value === null) throw new Error('the call cannot be read.');
  return decoded.value as JsonObject;
}

/** Errors of ours end with their remedy; of others only that there was one. */
function broken(error: unknown): string {
  const words = error instanceof Error ? error.message : undefined;
  return saidToAgent(`it cannot be asked, so nothing has run. ${REMEDY}`, words);
}

function block(words: string): never {
  try {
    writeSync(2, `${words}\n`);
  } finally {
    process.exit(BLOCK);
  }
}
