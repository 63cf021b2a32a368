// What became of a request: asked, judged, answered, ended.

import type { REQUEST_EVENTS } from '../../../domain/audit/events/requests.ts';
import type { EventOf } from '../../../domain/audit/events.ts';
import { titleOf } from '../../../domain/requirement.ts';
import { identityLines, nameOf } from '../names.ts';
import { answeredLines, by, byPerson, OUTCOME, POLICY, refusedWords, said, type Tellers, US } from './wording.ts';

const PHASE = {
  submit: 'when it was submitted',
  vote: 'after an answer',
  escalate: 'to ask more people',
  deadline: 'at its deadline',
  redeem: 'when its grant was presented',
  replay: 'again, for a replay',
} as const;

function stageLines({ approval }: EventOf<'decided'>): string[] {
  return (approval?.stages ?? []).map(stage => {
    const who = stage.approvers.map(({ type, id }) => `${type} ${id}`).join(' or ');
    return `${titleOf(stage)}: ${stage.have} of ${stage.quorum}, from ${who}${stage.open === false ? ' (not open yet)' : ''}`;
  });
}

export const OF_REQUESTS: Tellers<keyof typeof REQUEST_EVENTS> = {
  submitted: ({
    service,
    submission: { action, user, actor, resource, params, context, reason, sensitive },
    digest,
    owner,
  }) =>
    by(
      `service ${service.id}`,
      `asked for ${action} on ${resource.type} ${resource.id}, for ${user.id}`,
      actor === undefined
        ? undefined
        : `acting: ${actor.type} ${actor.id}${owner === undefined ? '' : `, whom ${owner} answers for`}`,
      said(reason),
      params === undefined ? undefined : `parameters ${JSON.stringify(params)}`,
      context === undefined ? undefined : `context ${JSON.stringify(context)}`,
      sensitive === undefined || sensitive.length === 0
        ? undefined
        : `hidden, digests in their place: ${sensitive.join(', ')}`,
      `digest ${digest}`,
    ),
  delayed: ({ trouble }) => by(US, 'could not ask policy yet', trouble),
  decided: (event, titles) =>
    by(
      POLICY,
      `${OUTCOME[event.answered ?? event.outcome]} ${PHASE[event.phase]}`,
      event.answered === undefined ? undefined : 'that could not be carried out as it stood; the end says why',
      ...stageLines(event),
      ...answeredLines(event, titles),
      event.standing === undefined ? undefined : `by standing approval ${event.standing}`,
    ),
  requirement_changed: ({ words }) => by(POLICY, 'changed what it asks for', words),
  resolved: ({ status, by: whose, reason, evidence }) =>
    by(
      nameOf(evidence?.who) ?? whose,
      `ended it: ${status}`,
      said(reason),
      ...identityLines(evidence?.who, evidence?.via),
    ),
  voted: event =>
    byPerson(
      event,
      `${event.vote === 'approve' ? 'approved' : 'denied'} by ${event.surface}; it ${event.counted ? 'counts' : 'does not count'}`,
      [
        ...(event.reason === undefined ? [] : [`“${event.reason}”`]),
        ...(event.evidence.card === undefined ? [] : [`was shown card ${event.evidence.card}`]),
        ...(event.standing === undefined
          ? []
          : [`also for later requests: ${event.standing.duration}, ${event.standing.uses} more`]),
      ],
    ),
  refused: event =>
    byPerson(event, event.vote === undefined ? 'was refused' : `wanted to ${event.vote} and was refused`, [
      refusedWords(event.code, event.detail),
    ]),
  reminded: ({ reminder, of }) =>
    by(US, of === 'review' ? `reminded of the review (${reminder})` : `reminded the approvers (${reminder})`),
  escalated: ({ channel }) => by(US, 'asked more people', channel === undefined ? undefined : `in ${channel}`),
  questioned: event => byPerson(event, 'asked the requester a question', [`“${event.question}”`]),
  handed_over: event =>
    byPerson(event, `handed it over to ${event.to}`, event.reason === undefined ? [] : [`“${event.reason}”`]),
  nudged: event => byPerson(event, 'reminded the approvers'),
};
