// A person's own Slack account, as the API tells of it.
import { Unintelligible } from './errors.ts';

/** A code to link a Slack account with; it works once. */
export type LinkCode = {
  readonly person: string;
  readonly code: string;
  /** What to type in Slack. */
  readonly command: string;
  readonly expires_at: string;
};

/** The Slack accounts of a person: those that the directory lists, and the one that they linked. */
export type LinkView = {
  readonly person: string;
  readonly listed: readonly string[];
  readonly linked?: { readonly account: string; readonly at: string; readonly counts: boolean };
};

export function readLinkCode(body: unknown): LinkCode {
  const code = body as Partial<LinkCode> | null;
  if ([code?.person, code?.code, code?.command, code?.expires_at].some(text => typeof text !== 'string')) {
    throw new Unintelligible('it is not a code to link an account with');
  }
  return body as LinkCode;
}

export function readLinkView(body: unknown): LinkView {
  const view = body as Partial<LinkView> | null;
  const isWhole = typeof view?.person === 'string' && Array.isArray(view.listed);
  const isLinked = view?.linked === undefined || typeof view.linked.account === 'string';
  if (!isWhole || !isLinked) throw new Unintelligible('it does not say which accounts a person has');
  return body as LinkView;
}
