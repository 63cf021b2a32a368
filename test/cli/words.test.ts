// What people type and read, in small: requests from flags, a request as lines, times, colours.
import { describe, expect, it } from 'vitest';
import { spent } from '../../src/cli/following.ts';
import { headline, portrait, progress } from '../../src/cli/request-text.ts';
import { rolesFrom } from '../../src/cli/roles.ts';
import { aligned, isColourful, type Stream } from '../../src/cli/screen.ts';
import { type AskingOptions, requestFrom } from '../../src/cli/typed-request.ts';
import type { AnyView } from '../../src/client/index.ts';
import { view } from '../../src/contract/view.ts';
import { timestamp } from '../../src/domain/record.ts';
import { aRecord, aVote, awaiting, NOON } from '../support/samples.ts';

const typed = (more: Partial<AskingOptions>): AskingOptions => ({
  action: 'deploy',
  user: 'alice',
  resource: 'app:payments',
  param: [],
  set: [],
  ...more,
});
const pipe = { isTTY: false } as Stream;

describe('a request from flags', () => {
  it.each([
    [{ param: ['version=1.2.3'] }, { params: { version: '1.2.3' } }],
    [
      { param: ['n=3', 'm:=3', 'list:=[1,"a"]', 'eq=a=b', 'url=http://x:1'] },
      { params: { n: '3', m: 3, list: [1, 'a'], eq: 'a=b', url: 'http://x:1' } },
    ],
    [{ param: ['a.b=c'] }, { params: { 'a.b': 'c' } }],
    [
      { set: ['user.role=admin', 'resource.tags.team=db', 'context.ticket=OPS-17'] },
      { user: { id: 'alice', role: 'admin' }, resource: { tags: { team: 'db' } }, context: { ticket: 'OPS-17' } },
    ],
    [{ actor: 'ai_agent:release-bot' }, { actor: { type: 'ai_agent', id: 'release-bot' } }],
    [{ resource: 'arn:aws:s3:::bucket' }, { resource: { type: 'arn', id: 'aws:s3:::bucket' } }],
    [
      { emergency: true, reason: 'payments are down' },
      { emergency: true, reason: 'payments are down' },
    ],
    [
      { reason: 'because', expiresIn: '20m', idempotencyKey: 'k' },
      { reason: 'because', expires_in: '20m', idempotency_key: 'k' },
    ],
  ])('%j', (options, expected) => {
    expect(requestFrom(typed(options))).toMatchObject(expected);
  });

  it.each([
    [{ param: ['novalue'] }, /name=text/],
    [{ param: ['=x'] }, /name=text/],
    [{ param: ['n:=nope'] }, /not JSON/],
    [{ param: ['n:=9007199254740993'] }, /cannot be held exactly/],
    [{ set: ['__proto__.role=admin'] }, /names no member/],
    [{ set: ['status=approved'] }, /status is not a known member/],
    [{ resource: 'payments' }, /type:id/],
    [{ user: '' }, /--user/],
    [{ expiresIn: 'soon' }, /--expires-in <duration> is not a duration/],
    [{ set: ['emergency=true'] }, /emergency is of the wrong type.*emergency:=true/s],
    [{ callback: 'ftp://x' }, /--callback <url> is not an https URL; ./],
    [{ from: '/nowhere.json' }, /cannot be read\. Name a JSON file/],
  ])('refuses %j', (options, words) => {
    expect(() => requestFrom(typed(options))).toThrow(words);
  });

  it.each(['/params/command', '/params/command/1'])('never hides the command line that it runs: %s', pointer => {
    const asked = (hidden: string) =>
      requestFrom(typed({ param: ['iban=DE89', 'command:=["x","y"]'], set: [`sensitive:=["${hidden}"]`] }), [
        'rm',
        '-rf',
      ]);
    expect(() => asked(pointer)).toThrow(/command that is run cannot be hidden .*Take \/params\/command/);
    expect(asked('/params/iban')).toMatchObject({ sensitive: ['/params/iban'], params: { command: ['rm', '-rf'] } });
  });

  it('binds the command line, whatever was typed as params', () => {
    const request = requestFrom(typed({ param: ['command=true', 'version=3'] }), ['rm', '-rf', 'x y']);
    expect(request.params).toEqual({ command: ['rm', '-rf', 'x y'], version: '3' });
  });
});

describe('a request for a reader', () => {
  it('tells who is waited for', () => {
    const pending = view(awaiting()) as AnyView;
    expect(progress(pending)).toBe('Bucket owners 0 of 1');
    expect(portrait(pending, pipe).join('\n')).toContain('waits for  Bucket owners 0 of 1');
  });

  it('says in a line of its own what is hidden, and that nobody can approve what policy wants shown', () => {
    const sensitive = ['/params/iban'];
    const pending: AnyView = view(awaiting());
    expect(portrait(pending, pipe).join('\n')).not.toContain('hidden');
    const hidden = portrait({ ...pending, sensitive }, pipe).join('\n');
    expect(hidden).toMatch(/^ +hidden +by the requester, digests in their place: \/params\/iban$/m);
    const blind = portrait({ ...pending, sensitive, must_show: sensitive }, pipe).join('\n');
    expect(blind).toMatch(/Policy wants \/params\/iban shown: nobody can approve it so; submit it again/);
  });

  it('says in the first line that an approval was taken back, and by whom', () => {
    const approved = view(
      aRecord({ status: 'approved', resolution: { by: 'policy', at: timestamp(NOON) } }),
    ) as AnyView;
    const revoked = { ...approved, revoked: { by: 'service:deployer', at: timestamp(NOON) } };
    expect(headline(approved, pipe)).toBe('✓ approved by policy');
    expect(headline(revoked, pipe)).toBe('✓ approved by policy, taken back since');
    expect(portrait(revoked, pipe).join('\n')).toMatch(/taken back +by the service deployer at /);
    expect(portrait({ ...revoked, uses: 1 }, pipe).join('\n')).toMatch(/ at \S+, after it had been used$/m);
  });

  it('says in a word how it ended, and names the people whose votes count', () => {
    const votes = [
      { ...aVote(), counted: true },
      { ...aVote({ by: { id: 'slack:T0ACME:U0EVE', user: 'eve' } }), counted: false, code: 'not_eligible' },
    ];
    const resolution = { by: 'people', at: '2026-11-24T12:05:00.000Z' } as const;
    const approved = view(aRecord({ status: 'approved', resolution, votes })) as AnyView;
    expect(headline(approved, pipe)).toBe('✓ approved by people: bob');
    expect(portrait(approved, pipe).join('\n')).toContain('not counted: not_eligible');
    const expired = view(aRecord({ status: 'expired', resolution: { ...resolution, by: 'clock' } })) as AnyView;
    expect(headline(expired, pipe)).toBe('∅ expired by clock');
  });
});

it('roles come in their own order, once, and no others', () => {
  expect(rolesFrom('slack, api,slack')).toEqual(['api', 'slack']);
  expect(() => rolesFrom('api,')).toThrow(/nothing/);
});

it('times are as short as they can be', () => {
  const cases = [0, 59_999, 60_000, 3_599_000, 3_780_000, 200_000_000].map(spent);
  expect(cases).toEqual(['0s', '59s', '1m 00s', '59m 59s', '1h 03m', '2d 07h']);
});

it('colour is for a terminal that wants it', () => {
  const tty = { isTTY: true } as Stream;
  expect([
    isColourful(tty, {}),
    isColourful(tty, { NO_COLOR: '1' }),
    isColourful(tty, { NO_COLOR: '' }),
    isColourful(tty, { TERM: 'dumb' }),
    isColourful(pipe, {}),
  ]).toEqual([true, false, true, false, false]);
});

it('columns line up, and the last one is not padded', () => {
  expect(
    aligned([
      ['a', 'bbb', 'c'],
      ['aaa', 'b', 'cc'],
    ]),
  ).toEqual(['a    bbb  c', 'aaa  b    cc']);
});
