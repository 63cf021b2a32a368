// Log lines tell a tired reader what happened, and never a secret.
import { describe, expect, it } from 'vitest';
import { createLog } from '../../../src/adapters/log/log.ts';
import { logObservations } from '../../../src/adapters/log/observed.ts';
import { scrub } from '../../../src/adapters/log/scrub.ts';

function listen(level: 'debug' | 'info' = 'info') {
  const lines: string[] = [];
  return { lines, log: createLog({ level, write: line => lines.push(line) }) };
}

describe('the log', () => {
  it('writes one JSON line a fact, with a level and a time', () => {
    const { lines, log } = listen();
    log.info({ id: 'req_1' }, 'request approved');
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      id: 'req_1',
      msg: 'request approved',
    });
  });

  it.each([
    ['a bot token', 'xoxb-123456-abcdefABCDEF'],
    ['an app token', 'xapp-1-A0-12345-abcdef'],
    ['an API key', 'csk_abc123_A1b2C3d4E5f6G7h8'],
    ['a queue key', 'csq_abc123_MC4CAQAwBQYDK2VwBCIEIA'],
    ['a webhook secret', `whsec_${'QUJD'.repeat(10)}`],
    ['a bearer header', 'Bearer abcdefghijklmnop'],
    ['an envelope', 'eyJhbGciOiJFZERTQSJ9.eyJhY3Rpb24iOiJ4In0.c2ln'],
  ])('blanks %s wherever it stands', (_name, secret) => {
    const { lines, log } = listen();
    log.error({ cause: { text: `refused ${secret}` } }, `could not use ${secret}`);
    log.error(new Error(`bad ${secret}`));
    expect(lines.join()).not.toContain(secret.slice(-8));
  });

  it('blanks the password of an address and members that are named like secrets', () => {
    expect(scrub('cannot reach rediss://user:hunter22@redis:6379/0')).toBe('cannot reach rediss://user:…@redis:6379/0');
    expect(scrub('cannot reach redis://127.0.0.1:6379')).toBe('cannot reach redis://127.0.0.1:6379');
    const { lines, log } = listen();
    log.info({ password: 'hunter22', slack: { botToken: 'hunter22' } }, 'config');
    expect(lines.join()).not.toContain('hunter22');
  });

  it('gives every request one line at info, whatever its end', () => {
    const { lines, log } = listen();
    const observe = logObservations(log);
    observe({ kind: 'submitted', service: 'deployer', via: 'http', repeated: false });
    observe({ kind: 'asked', outcome: 'allow', tookMs: 2 });
    observe({ kind: 'resolved', id: 'req_1', status: 'expired', by: 'clock', afterMs: 3_600_012 });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ id: 'req_1', msg: 'request expired by clock after 1h' });
  });
});
