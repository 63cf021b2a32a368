// Socket Mode: the app connects to us, each envelope goes to one of its connections, and an ack names the envelope.
import { randomBytes, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { ACK_TIMEOUT_MS, type Ack, type Envelope, type Transport } from './envelope.ts';

const MOST_CONNECTIONS = 10;
const PING_EVERY_MS = 10_000;
const TICKET_LIFETIME_MS = 30_000;

export type SocketMode = Transport & {
  readonly issueUrl: (base: string) => string | { readonly error: string };
  readonly accept: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Slack's refresh: a `disconnect` frame on every connection, then the close. */
  readonly disconnectAll: (reason: string) => void;
  readonly connectionCount: () => number;
};

type Pending = { readonly connection: WebSocket; readonly settle: (ack: Unsettled) => void };
type Unsettled = { readonly response: unknown } | { readonly failure: string };

export function createSocketMode(appId: string, changed: () => void, onConnected: () => void): SocketMode {
  const server = new WebSocketServer({ noServer: true });
  const tickets = new Map<string, number>();
  const connections: WebSocket[] = [];
  const pending = new Map<string, Pending>();

  function greet(connection: WebSocket): void {
    connections.push(connection);
    const alive = setInterval(() => connection.ping(`Ping from slack ${Date.now()}`), PING_EVERY_MS).unref();
    connection.on('message', data => onFrame(String(data)));
    connection.on('close', () => {
      clearInterval(alive);
      const index = connections.indexOf(connection);
      if (index >= 0) connections.splice(index, 1);
      for (const [id, waiting] of [...pending]) {
        if (waiting.connection !== connection) continue;
        pending.delete(id);
        waiting.settle({ failure: 'connection_closed' });
      }
      changed();
    });
    // A client that vanishes is told by `close`; the error itself adds nothing.
    connection.on('error', () => undefined);
    const debug_info = { host: 'local-workspace', build_number: 1, approximate_connection_time: 18_060 };
    const connection_info = { app_id: appId };
    connection.send(
      JSON.stringify({ type: 'hello', num_connections: connections.length, debug_info, connection_info }),
    );
    changed();
    onConnected();
  }

  function onFrame(text: string): void {
    const frame = parseFrame(text);
    const waiting = frame ? pending.get(frame.envelope_id) : undefined;
    if (!frame || !waiting) return;
    pending.delete(frame.envelope_id);
    waiting.settle({ response: frame.payload });
  }

  function deliver(envelope: Envelope): Promise<Ack> {
    const startedAt = performance.now();
    const tookMs = (): number => Math.round(performance.now() - startedAt);
    // Any one of the connections: the one that has waited longest.
    const connection = connections.shift();
    if (!connection) return Promise.resolve({ acked: false, failure: 'no_connection', tookMs: 0, mayRetry: true });
    connections.push(connection);
    const envelope_id = randomUUID();
    return new Promise(resolve => {
      const timer = setTimeout(() => {
        pending.delete(envelope_id);
        resolve({ acked: false, failure: 'timeout', tookMs: tookMs(), mayRetry: true });
      }, ACK_TIMEOUT_MS);
      const settle = (result: Unsettled): void => {
        clearTimeout(timer);
        if ('failure' in result) resolve({ acked: false, failure: result.failure, tookMs: tookMs(), mayRetry: true });
        else resolve({ acked: true, response: result.response, tookMs: tookMs() });
      };
      pending.set(envelope_id, { connection, settle });
      connection.send(JSON.stringify(frameOf(envelope, envelope_id)));
    });
  }

  return {
    deliver,
    issueUrl(base) {
      if (connections.length >= MOST_CONNECTIONS) return { error: 'too_many_websockets' };
      const ticket = randomBytes(16).toString('hex');
      tickets.set(ticket, Date.now() + TICKET_LIFETIME_MS);
      return `${base}/link/?ticket=${ticket}&app_id=${appId}`;
    },
    accept(request, socket, head) {
      const ticket = new URL(request.url ?? '/', 'http://localhost').searchParams.get('ticket') ?? '';
      const expiresAt = tickets.get(ticket);
      // A ticket opens one connection.
      tickets.delete(ticket);
      if (expiresAt === undefined || expiresAt < Date.now()) {
        socket.end('HTTP/1.1 401 Unauthorized\r\nConnection: close\r\n\r\n');
        return;
      }
      server.handleUpgrade(request, socket, head, greet);
    },
    disconnectAll(reason) {
      const frame = JSON.stringify({ type: 'disconnect', reason, debug_info: { host: 'local-workspace' } });
      for (const connection of [...connections]) {
        connection.send(frame);
        connection.close(1000);
      }
    },
    connectionCount: () => connections.length,
    close() {
      for (const connection of [...connections]) connection.terminate();
      for (const waiting of pending.values()) waiting.settle({ failure: 'connection_closed' });
      pending.clear();
      server.close();
    },
  };
}

function frameOf(envelope: Envelope, envelope_id: string): Readonly<Record<string, unknown>> {
  const { kind, payload, acceptsResponse, retry } = envelope;
  const base = { envelope_id, type: kind, payload, accepts_response_payload: acceptsResponse };
  if (kind !== 'events_api') return base;
  return { ...base, retry_attempt: retry?.attempt ?? 0, retry_reason: retry?.reason ?? '' };
}

function parseFrame(text: string): { readonly envelope_id: string; readonly payload: unknown } | undefined {
  try {
    const frame: unknown = JSON.parse(text);
    if (typeof frame !== 'object' || frame === null || !('envelope_id' in frame)) return undefined;
    if (typeof frame.envelope_id !== 'string') return undefined;
    return { envelope_id: frame.envelope_id, payload: 'payload' in frame ? frame.payload : undefined };
  } catch {
    return undefined;
  }
}
