// The SDK: what a service imports to ask before it acts.
//
//   const countersign = connect({ url: 'https://countersign.example.com', apiKey });
//   const action = { action: 'delete-resource', user, resource };
//   const answer = await countersign.request(action);
//   if (isApproved(answer)) {
//     await countersign.redeem(answer.grant, action); // throws unless it may be done now
//     await deleteIt();
//   }

export type { GrantClaims } from '../domain/grant-claims.ts';
export type { JwkSet } from '../domain/grant-keys.ts';
export { type AnyView, type ApprovedView, isApproved, isResolvedView, type ResolvedView } from './answer.ts';
export type {
  HttpClientOptions,
  HttpCountersign,
  ListQuery,
  StandingView,
  ViewPage,
  VoteAnswer,
} from './calls.ts';
export type { ActionRequest, Countersign, Submitted, WaitOptions } from './countersign.ts';
export { CountersignError, GrantRefused, Rejected, StillPending, Unintelligible, Unreachable } from './errors.ts';
export { connect } from './http.ts';
export type { LinkCode, LinkView } from './links.ts';
export { type AboutToDo, type Redeemed, type VerifyOptions, verify } from './redeeming.ts';
export { type ExchangeOptions, exchangeToken, type SessionKey } from './token.ts';
