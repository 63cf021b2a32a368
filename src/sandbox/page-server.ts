// Serves the page people look at.
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Person } from './interactions/person.ts';
import type { State } from './state.ts';

export type PageWorld = {
  readonly state: State;
  readonly as: (user: string) => Person;
  readonly subscribe: (listener: () => void) => () => void;
};

export type Page = {
  readonly handle: (request: IncomingMessage, response: ServerResponse, path: URL) => Promise<void>;
  readonly close: () => void;
};

export function createPage(_world: PageWorld): Page {
  return {
    async handle(_request, response) {
      response.writeHead(404).end();
    },
    close: () => undefined,
  };
}
