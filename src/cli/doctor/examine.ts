// The doctor's round: every check runs, whatever the others find.
import type { Role } from '../../config.ts';
import { examineGrants, examineNode, examinePort } from './machine.ts';
import { examinePeople } from './people.ts';
import { examine, type Finding } from './report.ts';
import { examineOpa, examineRedis, examineShadow } from './services.ts';
import { examineSettings } from './settings.ts';
import { examineSlack } from './slack.ts';

export async function examineAll(env: NodeJS.ProcessEnv, roles: readonly Role[]): Promise<readonly Finding[]> {
  const { config, findings } = examineSettings(env, roles);
  const rounds = await Promise.all([
    examine('redis', () => examineRedis(config)),
    // Every role asks policy about people: the api when a grant is redeemed.
    examine('opa', () => examineOpa(config)),
    examine('opa shadow', () => examineShadow(config)),
    roles.includes('slack') ? examine('slack', () => examineSlack(config)) : [],
    examine('people', () => examinePeople(config)),
    roles.includes('api') ? examine('grants', () => examineGrants(config)) : [],
    roles.includes('api') ? examine('api port', () => examinePort(config)) : [],
  ]);
  return [examineNode(), ...findings, ...rounds.flat()];
}
