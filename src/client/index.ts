// The SDK: what a service imports to ask before it acts.
//
//   const countersign = connect({ url: 'https://countersign.example.com', apiKey });
//   const answer = await countersign.request({ action: 'delete-resource', user, resource });
//   if (isApproved(answer)) await deleteIt();

export { type AnyView, type ApprovedView, isApproved, type ResolvedView } from './answer.ts';
export type { ActionRequest, Countersign, Submitted, WaitOptions } from './countersign.ts';
export { CountersignError, Rejected, StillPending, Unintelligible, Unreachable } from './errors.ts';
export { connect, type HttpClientOptions, type HttpCountersign, type ViewPage } from './http.ts';
export { connectQueue, type QueueClientOptions } from './queue.ts';
