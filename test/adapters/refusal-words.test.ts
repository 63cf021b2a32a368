// Whoever is refused hears the same words wherever they are: in the API's answer, in Slack, and on the command line.
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { notRedeemed, refused, STATUSES } from '../../src/adapters/http/refused.ts';
import { refusalNote, refusalText } from '../../src/adapters/slack/cards/refusal-note.ts';
import { EXIT } from '../../src/cli/exit-codes.ts';
import { explain } from '../../src/cli/failing.ts';
import { connect } from '../../src/client/index.ts';
import { type Refusal, type RefusalCode, refusalSentence, refuse, rowOf, wordOf } from '../../src/domain/refusal.ts';
import { REFUSALS } from '../../src/domain/refusals/table.ts';
import { mentions } from './slack/records.ts';

const cases = [...(Object.keys(REFUSALS) as RefusalCode[]), { policy: 'weekday' }].map(code => refuse(code));
const named = cases.map(refusal => [wordOf(refusal), refusal] as const);

/** Answers every call with the refusal of the moment. */
let current: Refusal | undefined;
let server: Server;
let url: string;
beforeAll(async () => {
  server = createServer((_request, reply) => {
    const { status, headers, ...problem } = refused(current ?? refuse('busy'));
    reply.writeHead(status, { 'content-type': 'application/problem+json', ...headers });
    reply.end(JSON.stringify({ status, ...problem }));
  });
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise(resolve => server.close(resolve)));

/** What the command line prints and ends with when its call is refused so. */
async function typed(refusal: Refusal): Promise<{ said: string; code: number }> {
  current = refusal;
  const error = await connect({
    url,
    apiKey: 'k',
    retryForMs: ['unavailable', 'too_much'].includes(rowOf(refusal).category) ? 1_000 : 10_000,
  })
    .revoke('req_1')
    .catch(thrown => thrown);
  let said = '';
  const write = vi.spyOn(process.stderr, 'write').mockImplementation(text => {
    said += String(text);
    return true;
  });
  try {
    return { code: explain(error), said: said.trim() };
  } finally {
    write.mockRestore();
  }
}

describe('a refusal', () => {
  it.each(named)(
    '%s is told in the same words by the API, in Slack and on the command line',
    async (_word, refusal) => {
      const sentence = refusalSentence(refusal);
      const { remedy } = rowOf(refusal);
      expect(sentence.endsWith(remedy)).toBe(true);
      expect(refused(refusal).detail).toBe(sentence);
      expect(refusalText(refusal)).toBe(sentence);
      const note = refusalNote(refusal, mentions);
      expect(note.blocks).toMatchObject([{ elements: [{ elements: [{ type: 'text', text: sentence }] }] }]);
      const { said, code } = await typed(refusal);
      expect(said.endsWith(sentence)).toBe(true);
      expect(code).toBe(rowOf(refusal).category === 'unavailable' ? EXIT.unreachable : EXIT.rejected);
    },
  );

  it.each(named)('%s has the status of its category', (word, refusal) => {
    const { category } = rowOf(refusal);
    const { status, type, headers } = refused(refusal);
    expect(status).toBe(STATUSES[category]);
    const isPassing = category === 'unavailable';
    expect(type).toBe(`urn:countersign:problem:${isPassing ? 'unavailable' : word}`);
    expect(headers?.['Retry-After'] !== undefined).toBe(isPassing);
    // Whoever is about to act has one question, and none of these is a yes.
    expect([403, 404, 503]).toContain(notRedeemed(refusal).status);
  });
});
