// Approved requests with their grants, for the tests of what is done with them.
import { expect } from 'vitest';
import { type ApprovedView, isApproved } from '../../src/client/index.ts';
import type { Submission } from '../../src/domain/submission.ts';
import { cardOf } from '../support/cards.ts';
import type { House } from '../support/house.ts';

export const toStaging: Submission = {
  action: 'deploy',
  user: { id: 'alice' },
  resource: { type: 'service', id: 'payments-api', environment: 'staging' },
  params: { version: 7 },
};
export const toProd: Submission = { ...toStaging, resource: { ...toStaging.resource, environment: 'prod' } };

export type Granted = ApprovedView & { readonly grant: string };

/** Asks, lets somebody click where people are needed, and gives the approved request with its grant. */
export async function approved(house: House, submission: Submission, by = 'U0BOB'): Promise<Granted> {
  const { id } = await house.http.submit(submission);
  if (submission === toProd) await house.workspace.as(by).click(await cardOf(house.workspace, id), 'approve');
  const view = await house.http.wait(id);
  if (!isApproved(view) || view.grant === undefined) throw new Error(`no grant: ${JSON.stringify(view)}`);
  return { ...view, grant: view.grant };
}

export const refused = (code: string, words = /./) =>
  expect.objectContaining({ name: 'GrantRefused', code, message: expect.stringMatching(words) });
export const jwksOf = (house: House) => `${house.app.api?.url}/.well-known/jwks.json`;

/** A call of the API past the client. */
export async function post(house: House, path: string, body?: object, headers: Record<string, string> = {}) {
  const answer = await fetch(`${house.app.api?.url}${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${house.apiKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
}
