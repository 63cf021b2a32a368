// Before any MCP server: a call of a tool goes on only with a redeemed approval of exactly this call; all else passes as it is.
import type { Readable, Writable } from 'node:stream';
import { CountersignError } from '../../client/index.ts';
import { digestOf } from '../../domain/canonical.ts';
import { type Asking, judge } from '../judge.ts';
import type { Behind } from '../tool-call.ts';
import { saidToAgent } from '../words.ts';
import { askDefinitions, type Definition } from './definitions.ts';
import { linesOf } from './lines.ts';
import { type CallMessage, readClientMessage, refusal, unreadable } from './message.ts';

export type Gate = Omit<Parameters<typeof judge>[0], 'signal'> & {
  readonly behind: Behind;
  /** What policy knows the server by. */
  readonly server: string;
  readonly client: { readonly from: Readable; readonly to: Writable };
  readonly upstream: { readonly from: Readable; readonly to: Writable };
};

const SHOWN = 1_000;

/** Until the client is gone, or the server. Rejects where either sends what is no message. */
export async function holdCalls(gate: Gate): Promise<void> {
  const { client, upstream } = gate;
  const toClient = (text: string | Buffer) =>
    void client.to.write(Buffer.concat([Buffer.from(text), Buffer.from('\n')]));
  const toServer = (text: string) => void upstream.to.write(`${text}\n`);
  const definitions = askDefinitions(toServer);
  const held = new Map<string | number, AbortController>();

  async function pass(call: CallMessage, text: string): Promise<void> {
    const leaving = new AbortController();
    held.set(call.id, leaving);
    try {
      const before = await definitions.of(call.tool, call.meta);
      if (before === undefined) return refuse(call, 'the server lists no such tool. Nothing was called.');
      const verdict = await judge({ ...gate, signal: leaving.signal }, askingOf(gate, call, before));
      if (leaving.signal.aborted) return;
      if (!verdict.runs) return toClient(refusal(call, verdict.words));
      const now = await definitions.of(call.tool, call.meta);
      if (now?.digest !== before.digest) {
        return refuse(
          call,
          'the server changed what it says of this tool while people looked. Nothing was called; make the call again.',
        );
      }
      if (!leaving.signal.aborted) toServer(text);
    } catch (error) {
      const words = error instanceof CountersignError ? error.message : undefined;
      toClient(refusal(call, saidToAgent('it cannot be asked, so nothing was called.', words)));
    } finally {
      held.delete(call.id);
    }
  }
  const refuse = (call: CallMessage, what: string) => toClient(refusal(call, saidToAgent(what)));

  async function fromClient(): Promise<void> {
    for await (const line of linesOf(client.from)) {
      if (line.length === 0) continue;
      const message = readClientMessage(line);
      if (message.kind === 'call') void pass(message.call, message.text);
      else if (message.kind === 'unreadable') toClient(unreadable(message.id));
      else if (message.kind === 'cancelled' && held.has(message.id)) held.get(message.id)?.abort();
      else toServer(message.text);
    }
    for (const leaving of held.values()) leaving.abort();
    upstream.to.end();
  }

  async function fromServer(): Promise<void> {
    for await (const line of linesOf(upstream.from)) if (!definitions.takes(line)) toClient(line);
  }
  await Promise.all([fromClient(), fromServer()]);
}

/** The action: this tool of this server, as it describes itself now, with these arguments. */
function askingOf({ behind, server }: Gate, { tool, input }: CallMessage, definition: Definition): Asking {
  const request = {
    action: 'call-tool',
    user: { id: behind.user },
    actor: { type: 'ai_agent', id: behind.agent },
    resource: { type: 'mcp_tool', id: `${server}/${tool}`, definition: definition.digest },
    params: { tool, arguments: input },
    context: { description: definition.description.slice(0, SHOWN) },
  };
  return { name: digestOf({ server, ...request }), request };
}
