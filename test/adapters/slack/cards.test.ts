// What a card says, and what it never lets anybody make it say.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCardValue } from '../../../src/adapters/slack/cards/card-value.ts';
import { directMessage, outcomeLine } from '../../../src/adapters/slack/cards/lines.ts';
import { refusalText } from '../../../src/adapters/slack/cards/refusal-note.ts';
import { requestCard } from '../../../src/adapters/slack/cards/request-card.ts';
import { reviewView } from '../../../src/adapters/slack/cards/review.ts';
import type { Json, JsonObject } from '../../../src/domain/canonical.ts';
import type { RequestRecord } from '../../../src/domain/record.ts';
import { refuse } from '../../../src/domain/refusal.ts';
import { aRecord, aVote, deploy, mentions, twoOwners } from './records.ts';
import { said } from './said.ts';

type Element = {
  readonly type: string;
  readonly text?: string;
  readonly style?: { readonly bold?: boolean; readonly italic?: boolean };
};

/** All elements of all rich text, in order. */
function elementsOf(value: unknown): Element[] {
  if (typeof value !== 'object' || value === null) return [];
  const inner = (value as { elements?: unknown }).elements ?? (Array.isArray(value) ? value : []);
  const own = 'type' in value && value.type === 'text' ? [value as Element] : [];
  return [...own, ...(inner as unknown[]).flatMap(elementsOf)];
}

const card = (record: RequestRecord) => requestCard(record, mentions);

describe('a pending card', () => {
  it('says what, who, on whose behalf, with which values, why, who must answer and until when', () => {
    expect(said(card(aRecord()).blocks)).toMatchInlineSnapshot(`
      "# Approval needed: deploy service payments-api in prod
      🟠 High severity · Decide by 2026-11-24 08:00 UTC
      Requested by release-bot (ai_agent) on behalf of alice · owner bob · via deployer
      > Fixes the double charge on retries.
      Parameters
      version  2026.11.2
      replicas  6
      strategy  canary
      Claimed by the service  user.role  engineer · context.ticket  OPS-17
      [Approve][Deny…][Details]
      ☐ Service owners: 0 of 2 · waiting for 2 of <@U0CAROL>, <!subteam^S0DBA>, db-owners
      Policy: Two service owners must approve.
      req_qrbhnqx7wa81tdmnemgkfstwqj · sha256:316ee0cc7eff… · policy 8f2c1d
      "
    `);
  });

  it('says that it was asked as an emergency, where policy wants people all the same', () => {
    const { submission } = aRecord();
    const words = said(card(aRecord({ submission: { ...submission, emergency: true } })).blocks);
    expect(words).toContain(
      '\n🚨 Requested as an emergency; policy still wants approval\n🟠 High severity · Decide by',
    );
  });

  it('carries its meaning in the fallback text, for notifications and screen readers', () => {
    expect(card(aRecord()).text).toMatchInlineSnapshot(
      `"Approval needed: deploy service payments-api in prod · requested by release-bot for alice · decide by 2026-11-24 08:00 UTC · req_qrbhnqx7wa81tdmnemgkfstwqj"`,
    );
  });

  it('counts what is there and says who is still asked', () => {
    const stages = twoOwners.stages.map(stage => ({
      ...stage,
      have: 1,
      approvers: [
        { type: 'user' as const, id: 'bob' },
        { type: 'user' as const, id: 'carol' },
      ],
    }));
    const record = aRecord({ approval: { ...twoOwners, stages }, votes: [aVote('bob')] });
    expect(said(card(record).blocks)).toContain('☐ Service owners: 1 of 2 · waiting for <@U0CAROL>\n');
    expect(said(card(record).blocks)).toContain('Approved so far by <@U0BOB>');
  });

  it('A13: a request that policy keeps out of Slack shows no Approve and says where it can be decided', () => {
    const record = aRecord({ approval: { ...twoOwners, surfaces: ['cli'] } });
    const text = said(card(record).blocks);
    expect(text).not.toContain('[Approve');
    expect(text).not.toContain('[Deny');
    expect(text).toContain('This cannot be decided in Slack.');
    expect(text).toContain(`countersign approve ${record.id}`);
  });

  it.each([
    ['self_approval', 'who asked'],
    ['excluded', 'someone whom a rule keeps from approving'],
  ] as const)(
    'of somebody whom nobody knows (%s) has no Approve, and says in one sentence what to do',
    (code, whom) => {
      const unapprovable = { code, lookedAt: '2026-11-24T12:00:00.000Z', looks: 0 };
      const record = aRecord({ unapprovable });
      const words = said(card(record).blocks);
      expect(words).toMatch(new RegExp(`Nobody can approve this yet, because [^.]*${whom}[^.]*add them[^.]*\\.`));
      expect(words).toContain('[Deny…][Details]');
      expect(words).not.toMatch(/\[Approve/);
      const long = aRecord({ unapprovable }, { ...deploy, params: { script: 'x'.repeat(5_000) } });
      expect(said(card(long).blocks)).toMatch(
        /Open Review to read all of it( \(\d+ pages\))?\..*\[Review…\]\[Deny…\]/s,
      );
      expect(reviewView(long, { id: long.id, card: card(long).hash }, mentions, 9)).not.toHaveProperty('submit');
      expect(said(card(aRecord()).blocks)).toContain('[Approve');
    },
  );

  it('has the same hash whoever renders it, and another one when anything on it differs', () => {
    const { hash, blocks } = card(aRecord());
    expect(card(structuredClone(aRecord())).hash).toBe(hash);
    expect(card(aRecord({}, { ...deploy, reason: 'Another reason.' })).hash).not.toBe(hash);
    const value = JSON.stringify(blocks).match(/"value":"([^"]+)"/)?.[1];
    expect(parseCardValue(value)).toEqual({ id: aRecord().id, card: hash });
  });

  it('E5: every bound parameter is reachable from the card', () => {
    const text = said(card(aRecord()).blocks);
    for (const value of ['2026.11.2', '6', 'canary', 'payments-api', 'engineer', 'alice', 'release-bot']) {
      expect(text).toContain(value);
    }
  });

  it('E14: the last key is visible beside a long first value', () => {
    const record = aRecord({}, { ...deploy, params: { script: 'x'.repeat(50_000), amount: '40.00 EUR' } });
    const text = said(card(record).blocks);
    expect(text).toContain('amount  40.00 EUR');
    expect(text).toMatch(/… 49,\d{3} more characters\n/);
  });

  it('E3: target and amount survive any argument length', () => {
    const params = { note: 'n'.repeat(9_000), amount: 40, memo: 'm'.repeat(9_000) };
    const record = aRecord({}, { ...deploy, context: { log: 'l'.repeat(90_000) }, params });
    const text = said(card(record).blocks);
    expect(text).toContain('service payments-api');
    expect(text).toContain('amount  40');
  });

  it('E4: a truncated card has no Approve button, but Review and Deny', () => {
    const record = aRecord({}, { ...deploy, params: { script: 'x'.repeat(5_000) } });
    const text = said(card(record).blocks);
    expect(text).toContain('[Review…][Deny…][Details]');
    expect(text).not.toContain('[Approve');
    expect(text).toContain('Too long for this card. Open Review to read all of it and approve.');
  });

  it('says how many pages a review will have, where it has several', () => {
    const record = aRecord({}, { ...deploy, params: { script: 'x'.repeat(30_000) } });
    const pages = said(reviewView(record, { id: record.id, card: record.digest }, mentions, 1).blocks).match(
      /Page 1 of (\d+)/,
    )?.[1];
    expect(Number(pages)).toBeGreaterThan(3);
    expect(said(card(record).blocks)).toContain(`Open Review to read all of it (${pages} pages) and approve.`);
  });

  it('has the long button last, so that a phone shows two rows of them', () => {
    const approval = { ...twoOwners, standing: { max_duration: '1h', max_uses: 5 } };
    expect(said(card(aRecord({ approval })).blocks)).toContain(
      '[Approve][Deny…][Details][Approve future requests too…]',
    );
  });

  it.each([
    ['the user', { user: { id: 'u'.repeat(200) } }],
    ['the actor', { actor: { type: 'ai_agent', id: 'a'.repeat(200) } }],
    ['the kind of actor', { actor: { type: 't'.repeat(90), id: 'bot' } }],
    ['the action', { action: 'x'.repeat(200), params: { script: 's'.repeat(700) } }],
    ['the resource', { resource: { type: 'bucket', id: 'b'.repeat(512) }, params: { script: 's'.repeat(700) } }],
    ['the reason', { reason: 'r'.repeat(400) }],
    ['one parameter of many', { params: Object.fromEntries(Array.from({ length: 13 }, (_, i) => [`p${i}`, i])) }],
    ["a parameter's name", { params: { ['n'.repeat(60)]: 1 } }],
    ['a claim', { context: { log: 'l'.repeat(900) } }],
  ])('E4: a card on which %s is cut has no Approve', (_, cut) => {
    const { isWhole, blocks } = card(aRecord({}, { ...deploy, ...cut }));
    expect(isWhole).toBe(false);
    expect(said(blocks)).not.toContain('[Approve');
    expect(said(blocks)).toContain('[Review…]');
  });

  it('E11: a reason cannot ping, link or fake a field', () => {
    const reason =
      'ok <!channel> <@U0BOB> <https://evil.example|https://bank.example>\n*Approved by:* <@U0BOB> :white_check_mark:';
    const { blocks, text } = card(aRecord({}, { ...deploy, reason, action: '<!here> *deploy*' }));
    const carriers = JSON.stringify(blocks).match(/"type":"[a-z_]+"/g) ?? [];
    expect(carriers).not.toContain('"type":"mrkdwn"');
    expect(text).not.toMatch(/<[!@#h]/);
    expect(text).not.toContain('*');
    const quoted = blocks
      .flatMap(block => (block.type === 'rich_text' ? block.elements : []))
      .find(({ type }) => type === 'rich_text_quote');
    expect(said(quoted)).toContain(reason);
  });

  describe('of which the requester hides values', () => {
    const hiding = (params: Json, sensitive: string[], may_hide: string[] = sensitive) => {
      const submission = { ...deploy, params: params as JsonObject, sensitive };
      return aRecord({ approval: { ...twoOwners, may_hide } }, submission);
    };
    /** Everything that is shown as only we write it. */
    const hiddenOn = (record: RequestRecord) =>
      elementsOf(card(record).blocks).flatMap(({ type, text, style }, i, all) =>
        type === 'text' && style?.italic === true && style.bold === true ? [`${all[i - 1]?.text ?? ''}${text}`] : [],
      );

    it('says so in a style that no value has, and shows neither it nor a digest', () => {
      const record = hiding({ iban: 'DE89 canary', replicas: 6 }, ['/params/iban']);
      expect(hiddenOn(record)).toEqual(['iban  hidden by the requester']);
      expect(JSON.stringify(card(record))).not.toContain('canary');
      expect(said(card(record).blocks)).toContain('[Approve]');
      expect(card(record).text).toMatch(/^\[The requester hides values\] Approval needed: deploy service payments-api/);
    });

    it('says so of each that is hidden within a value', () => {
      const record = hiding({ card: { 'no/1': 'canary', name: 'Ann' } }, ['/params/card/no~11']);
      expect(hiddenOn(record)).toEqual(['card/no~11  hidden by the requester']);
      expect(JSON.stringify(card(record))).not.toContain('canary');
      expect(said(card(record).blocks)).toContain('Ann');
    });

    it('cannot be imitated by whatever anybody sends', () => {
      const text = fc.oneof(
        fc.constantFrom('hidden by the requester', '*_hidden by the requester_*', `sha256:${'0'.repeat(64)}`),
        fc.string({ unit: 'grapheme' }),
      );
      fc.assert(
        fc.property(fc.dictionary(text, fc.oneof(text, fc.jsonValue())), text, text, (params, reason, id) => {
          const submission = { ...deploy, params: params as JsonObject, reason, resource: { type: 'x', id: `r${id}` } };
          const record = aRecord({}, submission);
          expect(hiddenOn(record)).toEqual([]);
          expect(card(record).text).toMatch(/^Approval needed/);
        }),
      );
    });

    it('has no Approve anywhere where policy wants them shown, and says why', () => {
      const record = hiding({ command: ['rm', '-rf', 'canary'] }, ['/params/command'], []);
      const words = said(card(record).blocks);
      expect(words).toContain('The requester hid values that policy wants shown, so nobody can approve this.');
      expect(words).toContain('[Deny…][Details]');
      expect(words).not.toMatch(/\[Approve|\[Review/);
      const cut = hiding({ command: ['canary'], script: 'x'.repeat(5_000) }, ['/params/command'], []);
      expect(said(card(cut).blocks)).toContain('[Review…][Deny…][Details]');
      const about = { id: cut.id, card: card(cut).hash };
      for (const page of [1, 2, 3]) {
        const view = reviewView(cut, about, mentions, page);
        expect(view).not.toHaveProperty('submit');
        expect(JSON.stringify(view)).not.toContain('canary');
      }
      expect(said(reviewView(cut, about, mentions, 1).blocks)).toContain('hidden by the requester');
    });

    it('does not name in its headline the environment that is hidden', () => {
      const record = aRecord(
        { approval: { ...twoOwners, may_hide: ['/resource'] } },
        { ...deploy, sensitive: ['/resource/environment'] },
      );
      expect(said(card(record).blocks)).toContain('# Approval needed: deploy service payments-api\n');
      expect(hiddenOn(record)).toEqual(['resource.environment  hidden by the requester']);
      expect(JSON.stringify(card(record))).not.toContain('prod');
    });
  });

  it('shows invisible characters as escapes, and says so', () => {
    const record = aRecord({}, { ...deploy, params: { file: 'invoice\u202efdp.exe' } });
    const text = said(card(record).blocks);
    expect(text).toContain('file  invoice\\u202efdp.exe');
    expect(text).toContain('⚠ Contains 1 hidden character, shown as \\u…');
  });

  it('tells a string from a number, and a typed escape from a spelt-out one', () => {
    const params = { a: '6', b: 6, c: 'true', d: true, e: '', f: ' x', g: 'typed \\u202e' };
    const text = said(card(aRecord({}, { ...deploy, params })).blocks);
    for (const line of ['a  "6"', 'b  6', 'c  "true"', 'd  true', 'e  ""', 'f  " x"', 'g  "typed \\\\u202e"']) {
      expect(text).toContain(line);
    }
  });

  it('a parameter called Resource stands under Parameters, below the real one', () => {
    const text = said(card(aRecord({}, { ...deploy, params: { Resource: 'service toy' } })).blocks);
    expect(text.indexOf('service payments-api')).toBeLessThan(text.indexOf('Parameters'));
    expect(text.indexOf('Parameters')).toBeLessThan(text.indexOf('service toy'));
  });

  it('keeps the lines of a script in a block of its own', () => {
    const record = aRecord({}, { ...deploy, params: { sql: 'delete from a;\ndelete from b;' } });
    expect(said(card(record).blocks)).toContain('sql\n```delete from a;\ndelete from b;```');
  });

  it('mentions nobody of another workspace', () => {
    const elsewhere = { ...mentions, slackAccountsOf: () => ['slack:T0OTHER:U0ALICE'] };
    expect(said(requestCard(aRecord(), elsewhere).blocks)).not.toContain('<@');
  });
});

describe('a finished card', () => {
  const at = '2026-11-24T07:20:00.000Z';
  const ended = (patch: Partial<RequestRecord>) => said(card(aRecord(patch)).blocks);

  it.each([
    ['approved', { by: 'people' as const, at }, '✅ Approved by <@U0BOB> · 2026-11-24 07:20 UTC', [aVote('bob')]],
    [
      'denied',
      { by: 'people' as const, at, reason: 'Not today' },
      '⛔ Denied by <@U0BOB> · 2026-11-24 07:20 UTC · Not today',
      [aVote('bob', { vote: 'deny', reason: 'Not today' })],
    ],
    [
      'denied',
      { by: 'policy' as const, at, reason: 'Change freeze' },
      '⛔ Denied by policy · 2026-11-24 07:20 UTC · Change freeze',
      [],
    ],
    ['expired', { by: 'clock' as const, at }, '⌛ Expired · 2026-11-24 07:20 UTC', []],
    ['cancelled', { by: 'requester' as const, at }, '🚫 Cancelled by its requester · 2026-11-24 07:20 UTC', []],
    [
      'failed',
      { by: 'system' as const, at, reason: 'Policy is broken' },
      '⚠️ Failed · 2026-11-24 07:20 UTC · Policy is broken',
      [],
    ],
  ] as const)('%s by %o is told in a word of its own', (status, resolution, line, votes) => {
    const text = ended({ status, resolution, votes });
    expect(text).toContain(line);
    expect(text).not.toContain('[Approve');
    expect(text).not.toContain('[Deny');
    expect(text).toContain('[Details]');
  });

  it('G1: an unanswered request ends expired, with no approver named, also to late clickers', () => {
    const record = aRecord({
      status: 'expired',
      resolution: { by: 'clock', at, reason: 'No one answered in time.' },
    });
    expect(refusalText(refuse('already_resolved', record))).toBe(
      'Too late: this was already decided. Expired at 2026-11-24 07:20 UTC.',
    );
    expect(outcomeLine(record, mentions).text).not.toMatch(/denied|<@/i);
    expect(said(directMessage(record, mentions).blocks)).toContain('No one denied it');
  });

  it('a loser of the race reads who won', () => {
    const record = aRecord({ status: 'approved', resolution: { by: 'people', at }, votes: [aVote('bob')] });
    expect(refusalText(refuse('already_resolved', record))).toBe(
      'Too late: this was already decided. Approved by bob at 2026-11-24 07:20 UTC.',
    );
  });
});
