// The page's reading of mrkdwn: what Slack draws, what it leaves alone, and what stays text because it was escaped.
import { describe, expect, it } from 'vitest';
import { escapeMrkdwn } from '../../../src/local/slack/blocks/complete.ts';
import { formatDate } from '../../../src/local/slack/page/dates.ts';
import { type Inline, parseMrkdwn } from '../../../src/local/slack/page/mrkdwn.ts';

/** A compact spelling of the tree, so that a table of cases can be read. */
function spell(nodes: readonly Inline[]): string {
  return nodes
    .map(node => {
      switch (node.kind) {
        case 'text':
          return node.text;
        case 'break':
          return '⏎';
        case 'bold':
        case 'italic':
        case 'strike':
        case 'quote':
          return `${node.kind}(${spell(node.children)})`;
        case 'code':
        case 'pre':
          return `${node.kind}(${node.text})`;
        case 'link':
          return `link(${node.url}|${node.label})`;
        case 'user':
        case 'channel':
        case 'usergroup':
          return `${node.kind}(${node.id})`;
        case 'broadcast':
          return `broadcast(${node.range})`;
        case 'date':
          return `date(${node.timestampS}|${node.format}|${node.fallback})`;
        case 'emoji':
          return `emoji(${node.name})`;
        default:
          return node satisfies never;
      }
    })
    .join('');
}

describe('mrkdwn', () => {
  it.each([
    ['plain', 'plain'],
    ['*bold* and _italic_ and ~gone~', 'bold(bold) and italic(italic) and strike(gone)'],
    ['*bold _and italic_*', 'bold(bold italic(and italic))'],
    ['2*3*4 and snake_case_name', '2*3*4 and snake_case_name'],
    ['* not bold *', '* not bold *'],
    ['`*code*`', 'code(*code*)'],
    ['before\n```\nlet a;\n*b*\n```\nafter', 'beforepre(let a;\n*b*)after'],
    ['one\ntwo', 'one⏎two'],
    ['> quoted\n> twice\nnot', 'quote(quoted⏎twice)not'],
    ['&gt; looks like a quote', 'quote(looks like a quote)'],
    ['<@U1> <#C1|general> <!subteam^S1> <!here>', 'user(U1) channel(C1) usergroup(S1) broadcast(here)'],
    ['<https://a.example|A &amp; B>', 'link(https://a.example|A & B)'],
    ['see https://a.example/x?y=1.', 'see link(https://a.example/x?y=1|https://a.example/x?y=1).'],
    ['<mailto:a@b.example|mail>', 'link(mailto:a@b.example|mail)'],
    [':tada: 10:30:45', 'emoji(tada) 10emoji(30)45'],
    ['<!date^1700000000^{date} at {time}|then>', 'date(1700000000|{date} at {time}|then)'],
  ])('%j', (text, expected) => {
    expect(spell(parseMrkdwn(text))).toBe(expected);
  });

  it.each([
    ['&lt;!channel&gt;', '<!channel>'],
    ['&lt;@U1&gt; &amp;lt;', '<@U1> &lt;'],
    ['<javascript:alert(1)|click>', '<javascript:alert(1)|click>'],
    ['<script>alert(1)</script>', '<script>alert(1)</script>'],
  ])('leaves %j as text', (text, expected) => {
    expect(spell(parseMrkdwn(text))).toBe(expected);
  });

  it('links nothing by itself where the app asked for verbatim text', () => {
    expect(spell(parseMrkdwn('https://evil.example', { verbatim: true }))).toBe('https://evil.example');
  });
});

describe('the echo of a message', () => {
  it.each([
    ['a & b', 'a &amp; b'],
    ['a &amp; b', 'a &amp; b'],
    ['<b> & <@U1> <https://a.example|x> 1 < 2', '&lt;b&gt; &amp; <@U1> <https://a.example|x> 1 &lt; 2'],
  ])('escapes %j', (text, expected) => {
    expect(escapeMrkdwn(text)).toBe(expected);
  });
});

describe('dates', () => {
  const now = new Date(2026, 10, 24, 12, 0, 0);
  const at = (hours: number): number => new Date(2026, 10, 24, 12 + hours, 5, 9).getTime() / 1000;
  it.each([
    [at(2), '{date_short_pretty} at {time}', 'Today at 14:05'],
    [at(24), '{date_pretty}', 'Tomorrow'],
    [at(-24), 'since {date_pretty}', 'since yesterday'],
    [at(72), '{date_short}', '27 Nov 2026'],
    [at(72), '{date_long}', 'Friday, 27 November 2026'],
    [at(0), '{time_secs}', '12:05:09'],
    [at(2), '{ago}', 'in 2 hours'],
    [at(2), '{unheard_of}', 'fallback'],
  ])('%d as %j', (timestampS, format, expected) => {
    expect(formatDate(timestampS, format, 'fallback', now)).toBe(expected);
  });
});
