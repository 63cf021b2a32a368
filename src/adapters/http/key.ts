// Who calls: an API key in the header, checked before anything of the body is read.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { HttpPorts } from './ports.ts';
import { noKey, sendProblem, unknownKey } from './problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The service whose key came with the call; blank on the open routes. */
    service: string;
  }
}

const BEARER = /^Bearer +([\x21-\x7e]{1,512}) *$/i;

/** A hook that lets only known services pass. */
export function requireKey(authenticate: HttpPorts['authenticate']) {
  return async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const key = BEARER.exec(request.headers.authorization ?? '')?.[1];
    if (key === undefined) return sendProblem(reply, noKey());
    const service = await authenticate(key);
    if (service === undefined) return sendProblem(reply, unknownKey());
    request.service = service;
    return undefined;
  };
}
