// What the flow asks of the world, in its own words. Adapters answer; nothing here knows who they are.
// Every port may throw a domain `Failure`; its `isTransient` says whether trying again can help.
export type * from './ports/answering.ts';
export type * from './ports/audit-log.ts';
export type * from './ports/callers.ts';
export type * from './ports/crowds.ts';
export type * from './ports/homes.ts';
export type * from './ports/keys.ts';
export type * from './ports/lanes.ts';
export type * from './ports/observing.ts';
export type * from './ports/operating.ts';
export type * from './ports/people.ts';
export type * from './ports/policy.ts';
export type * from './ports/reading.ts';
export type * from './ports/sealing.ts';
export type * from './ports/standing.ts';
export type * from './ports/store.ts';
export type * from './ports/telling.ts';
export type * from './ports/use-cases.ts';
export type * from './ports/workloads.ts';
