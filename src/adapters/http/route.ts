// What a route of the API is: its address, who may call it, what it takes, every answer, and the function that answers.
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { z } from 'zod';
import type { HttpPorts } from './ports.ts';
import type { Scales, Weighs } from './scales.ts';

/** What every route answers from. */
export type Serving = {
  readonly ports: HttpPorts;
  /** What each service may have of this process. */
  readonly scales: Scales;
  /** Aborted when the server is about to stop. */
  readonly stopping: AbortSignal;
  /** The API's description, as JSON. */
  readonly description: string;
};

export type Handler = (serving: Serving, request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>;

/** A schema that the description refers to by its name. */
export type Named = { readonly name: string; readonly schema: z.ZodType };

export function named<S extends z.ZodType>(name: string, schema: S): { readonly name: string; readonly schema: S } {
  return { name, schema };
}

export type Answer = {
  readonly says: string;
  readonly body?: Named;
  readonly contentType?: string;
};

/** Whose keys a route takes; a person must be in the directory as well. */
export type Callers = 'services' | 'people' | 'both';

export type Route = {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly summary: string;
  /** Without a key: what a load balancer, a scraper or a reader of the description asks. */
  readonly isOpen?: boolean;
  /** Left out: services. */
  readonly callers?: Callers;
  readonly body?: Named;
  readonly isBodyOptional?: boolean;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: z.ZodObject;
  readonly answers: Readonly<Record<number, Answer>>;
  /** What it may cost: a submission by its body, a page by what is read. Looked at before a body is. */
  readonly weighs?: Weighs;
  readonly handler: Handler;
};

/** Routes by the name of their operation. */
export type Routes = Readonly<Record<string, Route>>;
