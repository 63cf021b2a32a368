// What the harness asks of each thing it measures.

export type Pipeline = {
  /** Puts this many requests into the queue while nothing works it off. */
  preload(count: number): Promise<void>;
  /** Lets the worker begin. */
  resume(): Promise<void>;
  /** Requests that wait or are being worked on. */
  left(): Promise<number>;
  /** Throws unless everything so far came out as it should: a fast wrong answer is no result. */
  verify(): Promise<void>;
  /** One request from submitting to being told; absent where nobody is told anything. */
  ask?(): Promise<void>;
  close(): Promise<void>;
};

/** What all of them share. */
export type Place = {
  readonly redisUrl: string;
  readonly opaUrl: string;
  readonly decisionPath: string;
  /** How many requests the worker takes on at once. */
  readonly inFlight: number;
};

export type OpenPipeline = (place: Place) => Promise<Pipeline>;

/** Finished jobs are kept as Countersign keeps them. */
export const RETENTION = { removeOnComplete: { count: 1_000 }, removeOnFail: { count: 1_000 } };
