// The calls about a person's own Slack account: a code to link it with, how it stands, and ending the link.

import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { refuse } from '../../../domain/refusal.ts';
import { withProblem } from '../described-answers.ts';
import type { CallingPerson, HttpLinks } from '../ports.ts';
import { sendProblem } from '../problem.ts';
import { notLinked, refused } from '../refused.ts';
import { type Handler, named, type Routes } from '../route.ts';

const PATH = '/v1/links';

const codeSchema = z.object({
  person: z.string(),
  code: z.string().meta({ description: 'Works once, for this person; an earlier code is void.' }),
  command: z.string().meta({ description: 'What to type in Slack, from the account that is to be theirs.' }),
  expires_at: z.iso.datetime(),
});

const viewSchema = z.object({
  person: z.string(),
  listed: z.array(z.string()).meta({ description: 'Slack accounts that the directory names, slack:T:U.' }),
  linked: z
    .object({
      account: z.string(),
      at: z.iso.datetime(),
      counts: z.boolean().meta({ description: 'False where the directory says otherwise, which comes first.' }),
    })
    .optional(),
});

const view = named('LinkView', viewSchema);

export const links: Routes = {
  offerLink: {
    method: 'POST',
    path: PATH,
    summary: 'A one-time code with which the caller links a Slack account to themselves',
    callers: 'people',
    answers: {
      201: { says: 'The code, valid for 10 minutes; an earlier one is void.', body: named('LinkCode', codeSchema) },
      409: withProblem('The directory names an account for them, and comes first.'),
    },
    handler: withPerson(async (offering, person, reply) => {
      const offered = await offering.offer(person);
      if (offered.kind === 'refusal') return sendProblem(reply, notLinked(offered));
      const { code, expiresAt } = offered;
      const command = `/approvals link ${code}`;
      return reply.code(201).send({ person: person.user, code, command, expires_at: expiresAt });
    }),
  },
  readLink: {
    method: 'GET',
    path: PATH,
    summary: "The caller's Slack accounts: listed by the directory, and linked",
    callers: 'people',
    answers: { 200: { says: 'How it stands.', body: view } },
    handler: withPerson(sendStanding),
  },
  endLink: {
    method: 'DELETE',
    path: PATH,
    summary: "End the caller's own link",
    callers: 'people',
    answers: { 200: { says: 'It has ended.', body: view }, 404: withProblem('There is no link.') },
    handler: withPerson(async (ending, person, reply) => {
      const ended = await ending.remove(person);
      if (ended.kind === 'refusal') return sendProblem(reply, notLinked(ended));
      return sendStanding(ending, person, reply);
    }),
  },
};

async function sendStanding(asked: HttpLinks, person: CallingPerson, reply: FastifyReply): Promise<FastifyReply> {
  const stands = await asked.standing(person);
  if ('code' in stands) return sendProblem(reply, notLinked(stands));
  return reply.send({ person: person.user, ...stands });
}

/** Who it is about is always who calls. */
function withPerson(
  answer: (asked: HttpLinks, person: CallingPerson, reply: FastifyReply) => Promise<FastifyReply>,
): Handler {
  return async ({ ports }, { person }: FastifyRequest, reply) =>
    person === undefined ? sendProblem(reply, refused(refuse('not_for_services'))) : answer(ports.links, person, reply);
}
