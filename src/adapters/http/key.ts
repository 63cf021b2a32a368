// Who calls: an API key in the header, checked before anything of the body is read.

import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Workload } from '../../domain/record.ts';
import { refuse } from '../../domain/refusal.ts';
import type { CallingPerson, HttpPorts } from './ports.ts';
import { sendProblem } from './problem.ts';
import { noKey, unknownKey } from './problem-words.ts';
import { refused } from './refused.ts';
import type { Callers } from './route.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The service whose key came with the call; blank on the open routes, and where a person calls. */
    service: string;
    /** The person whose key came with the call. */
    person: CallingPerson | undefined;
    /** What the token of a job's platform said, where the service has no key. */
    workload: Workload | undefined;
  }
}

const BEARER = /^Bearer +([\x21-\x7e]{1,512}) *$/i;
const LONG_BEARER = /^Bearer +([\x21-\x7e]{1,16384}) *$/i;

/** The token that a call brings beside any key: longer than one. */
export function bearerOf(request: FastifyRequest): string | undefined {
  return LONG_BEARER.exec(request.headers.authorization ?? '')?.[1];
}

/** A hook that lets only known callers of the right kind pass: a person must be in the directory now. */
export function requireKey(ports: Pick<HttpPorts, 'authenticate' | 'groupsOf'>, callers: Callers) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const key = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (key === undefined) return sendProblem(reply, noKey());
    const holder = await ports.authenticate(key);
    if (holder === undefined) return sendProblem(reply, unknownKey());
    if (holder.kind === 'service') {
      if (callers === 'people') return sendProblem(reply, refused(refuse('not_for_services')));
      request.service = holder.id;
      request.workload = holder.workload;
      return undefined;
    }
    const groups = ports.groupsOf(holder.id);
    if (groups === undefined) return sendProblem(reply, refused(refuse('unknown_person')));
    if (callers === 'services') return sendProblem(reply, refused(refuse('not_for_people')));
    request.person = { user: holder.id, groups, key: holder.key };
    return undefined;
  };
}
