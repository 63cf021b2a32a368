// Signed HTTP: one POST for each envelope, HMAC over `v0:timestamp:body`, three seconds to answer.
import { createHmac } from 'node:crypto';
import { ACK_TIMEOUT_MS, type Ack, type Envelope, type Transport } from './envelope.ts';

export function sign(secret: string, timestampS: number, body: string): string {
  return `v0=${createHmac('sha256', secret).update(`v0:${timestampS}:${body}`).digest('hex')}`;
}

/** Events are JSON; interactions and commands are forms, and Slack names no charset. */
function encode(envelope: Envelope): { readonly contentType: string; readonly body: string } {
  const form = 'application/x-www-form-urlencoded';
  switch (envelope.kind) {
    case 'events_api':
      return { contentType: 'application/json', body: JSON.stringify(envelope.payload) };
    case 'interactive':
      return { contentType: form, body: new URLSearchParams({ payload: JSON.stringify(envelope.payload) }).toString() };
    case 'slash_commands': {
      const fields = Object.entries(envelope.payload).map(([key, value]): [string, string] => [key, String(value)]);
      return { contentType: form, body: new URLSearchParams(fields).toString() };
    }
    default:
      return envelope.kind satisfies never;
  }
}

export function createHttpDelivery(url: string, signingSecret: string): Transport {
  async function deliver(envelope: Envelope): Promise<Ack> {
    const startedAt = performance.now();
    const { contentType, body } = encode(envelope);
    const failed = (failure: string, mayRetry = true): Ack => {
      return { acked: false, failure, tookMs: Math.round(performance.now() - startedAt), mayRetry };
    };
    try {
      const response = await fetch(url, {
        method: 'POST',
        body,
        redirect: 'manual',
        signal: AbortSignal.timeout(ACK_TIMEOUT_MS),
        headers: {
          'content-type': contentType,
          'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
          'x-slack-request-timestamp': String(envelope.signedAtS),
          'x-slack-signature': sign(signingSecret, envelope.signedAtS, body),
          ...(envelope.retry
            ? { 'x-slack-retry-num': String(envelope.retry.attempt), 'x-slack-retry-reason': envelope.retry.reason }
            : {}),
        },
      });
      const answered = await response.text();
      if (!response.ok) return failed(`http_${response.status}`, response.headers.get('x-slack-no-retry') !== '1');
      return { acked: true, response: parseAnswer(answered), tookMs: Math.round(performance.now() - startedAt) };
    } catch (error) {
      return failed(error instanceof Error && error.name === 'TimeoutError' ? 'timeout' : 'connection_failed');
    }
  }

  return { deliver, close: () => undefined };
}

/** An answer is JSON, or plain text that a slash command shows as it is. */
function parseAnswer(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
}
