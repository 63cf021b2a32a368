// The channels and user groups that policies speak of: each is asked of Slack, as OPA has them loaded now.
import { WebClient } from '@slack/web-api';
import { z } from 'zod';
import { readAddress } from '../../adapters/opa/address.ts';
import { type Exchanged, openExchange } from '../../adapters/opa/exchange.ts';
import { clientOptions } from '../../adapters/slack/connect.ts';
import type { Config } from '../../config.ts';
import { type Finding, unwell, well } from './report.ts';
import { examineChannel, messageOf } from './slack.ts';

const names = z.record(z.string(), z.string()).default({});
const answerSchema = z.object({ result: z.object({ channels: names, usergroups: names }).optional() });

const PATIENCE_MS = 5_000;
const PATH = '/v1/data/approvals/workspace';
const WHERE = 'approvals/workspace/data.yaml';

export async function examineWorkspace({ opa, slack }: Config): Promise<readonly Finding[]> {
  if (slack === undefined) return [];
  const answer = await loaded(opa.url);
  if (answer === undefined) return []; // that OPA does not answer is a finding of its own
  if (answer.status !== 200) {
    const detail = `not looked at: OPA does not tell ${PATH} (${answer.status}). deploy/opa/authz.rego permits it.`;
    return [well('slack names', detail)];
  }
  const parsed = answerSchema.safeParse(decodedOr(answer.text));
  if (!parsed.success) {
    return [unwell('slack names', `${WHERE} is not names with ids. Write for example "security: C0123456".`)];
  }
  const { channels = {}, usergroups = {} } = parsed.data.result ?? {};
  const client = new WebClient(slack.botToken, clientOptions(slack));
  const found = [
    ...Object.entries(channels).map(([name, id]) => examineChannel(client, id, `slack channel ${name}`, WHERE)),
    ...Object.entries(usergroups).map(([name, id]) => examineUsergroup(client, name, id)),
  ];
  return Promise.all(found);
}

/** As OPA has it, wherever it listens. */
async function loaded(url: string): Promise<Exchanged | undefined> {
  const exchange = openExchange(readAddress(url), PATIENCE_MS);
  try {
    return await exchange.get(PATH);
  } catch {
    return undefined;
  } finally {
    await exchange.close();
  }
}

function decodedOr(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function examineUsergroup(client: WebClient, name: string, id: string): Promise<Finding> {
  const title = `slack user group ${name}`;
  try {
    const { users = [] } = await client.usergroups.users.list({ usergroup: id });
    if (users.length > 0) return well(title, `${id} has ${users.length} ${users.length === 1 ? 'member' : 'members'}`);
    return unwell(title, `nobody is in ${id}, so nobody can approve as ${name}. Add people to it in Slack.`);
  } catch (error) {
    return unwell(title, `${id}: ${messageOf(error, 'usergroups.users.list')} Correct it in ${WHERE}.`);
  }
}
