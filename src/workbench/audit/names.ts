// Who acted, as an entry of the audit names them.
import type { Via, WhoFacts } from '../../domain/audit/evidence.ts';

/** The person where one is known, else the account. */
export function nameOf(who: WhoFacts | undefined): string | undefined {
  return who?.person ?? who?.account;
}

const MATCHED: Readonly<Record<NonNullable<WhoFacts['matched_by']>, string>> = {
  directory: 'the directory lists the account',
  email: 'known by the e-mail address of the account',
  link: 'known by a link that the person made',
  key: "came with the person's own key",
};

/** What was known of somebody at that moment, a line each. */
export function identityLines(who: WhoFacts | undefined, via: Via | undefined): readonly string[] {
  if (who === undefined) return via === undefined ? [] : [`came by ${viaWords(via)}`];
  const how = who.matched_by === undefined ? 'nobody is known by this account' : MATCHED[who.matched_by];
  const kind = who.kind === undefined || who.kind === 'member' ? [] : [`a ${who.kind} account`];
  const came = via === undefined ? [] : [`by ${viaWords(via)}`];
  const groups = who.groups === undefined || who.groups.length === 0 ? [] : [`groups then: ${who.groups.join(', ')}`];
  return [[`account ${who.account}`, how, ...kind, ...came].join(', '), ...groups];
}

function viaWords(via: Via): string {
  if (via.transport === 'operator') return "the operator's own access to Redis";
  if (via.transport === 'api_key') return `key ${via.api_key}`;
  const message = via.message_ts === undefined ? '' : `, message ${via.message_ts}`;
  return `Slack (${via.transport === 'socket' ? 'Socket Mode' : 'HTTP'}${via.channel === undefined ? '' : `, ${via.channel}`}${message})`;
}
