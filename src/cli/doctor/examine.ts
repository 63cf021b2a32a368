// The doctor's round: every check runs, whatever the others find.
import type { Role } from '../../config.ts';
import { examineGrants, examineNode, examinePort } from './machine.ts';
import { examinePeople } from './people.ts';
import { examine, type Finding } from './report.ts';
import { examineOpa, examineRedis, examineShadow } from './services.ts';
import { examineSettings } from './settings.ts';
import { examineSlack } from './slack.ts';
import { examineStrangers } from './strangers.ts';
import { examineWorkspace } from './workspace.ts';

/** What is asked of Slack alone, for who installs its app. */
export async function examineOfSlack(env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  const { config, findings, wrong } = examineSettings(env, ['slack']);
  const ofSlack = findings.filter(({ ok, detail }) => !ok && /^(?:SLACK|APPROVALS)_/.test(detail));
  if (['SLACK_API_URL', 'SLACK_MODE'].some(variable => wrong.has(variable))) return ofSlack;
  const rounds = await Promise.all([
    examine('slack', () => examineSlack(config)),
    examine('slack names', () => examineWorkspace(config)),
  ]);
  return [...ofSlack, ...rounds.flat()];
}

export async function examineAll(env: NodeJS.ProcessEnv, roles: readonly Role[]): Promise<readonly Finding[]> {
  const { config, findings, wrong } = examineSettings(env, roles);
  /** Where a setting is wrong, what answers at its default is not what was meant: a finding about it would mislead. */
  const unlessWrong = async (name: string, needs: readonly string[], check: () => Promise<readonly Finding[]>) =>
    needs.some(variable => wrong.has(variable)) ? [] : examine(name, check);
  const rounds = await Promise.all([
    unlessWrong('redis', ['REDIS_URL', 'COUNTERSIGN_NAMESPACE'], () => examineRedis(config)),
    // Every role asks policy about people: the api when a grant is redeemed.
    unlessWrong('opa', ['OPA_URL', 'OPA_DECISION_PATH'], () => examineOpa(config)),
    unlessWrong('opa shadow', ['OPA_SHADOW_URL', 'OPA_DECISION_PATH'], () => examineShadow(config)),
    roles.includes('slack') ? unlessWrong('slack', ['SLACK_API_URL', 'SLACK_MODE'], () => examineSlack(config)) : [],
    roles.includes('slack')
      ? unlessWrong('slack names', ['SLACK_API_URL', 'OPA_URL'], () => examineWorkspace(config))
      : [],
    unlessWrong('people', ['COUNTERSIGN_PEOPLE'], () => examinePeople(config)),
    unlessWrong('requesters', ['REDIS_URL', 'COUNTERSIGN_NAMESPACE', 'COUNTERSIGN_PEOPLE'], () =>
      examineStrangers(config),
    ),
    roles.includes('api') ? unlessWrong('grants', ['GRANT_KEY_FILE'], () => examineGrants(config)) : [],
    roles.includes('api') ? unlessWrong('api port', ['API_HOST', 'API_PORT'], () => examinePort(config)) : [],
  ]);
  return [examineNode(), ...findings, ...rounds.flat()];
}
