// Sealing the audit: the stream that it is taken from, and the log that it is put into.

/** One entry of the stream as the store has it: names and values by turns. */
export type StreamEntry = { readonly position: string; readonly fields: readonly string[] };

export interface SealableStream {
  now(): number;
  /**
   * Makes us the one that seals, for some seconds, or keeps us so. Gives the number of our turn, which is higher than
   * any before and than `above`; undefined while somebody else has it.
   */
  hold(above: number): Promise<number | undefined>;
  /** At most `limit` entries behind a position, oldest first; from the beginning without one. */
  after(position: string | undefined, limit: number): Promise<readonly StreamEntry[]>;
  /** Up to where entries were taken away. */
  trimmedTo(): Promise<string | undefined>;
  /**
   * Writes down how far the audit is sealed, and takes sealed entries away, if the turn is still ours. Answers whether it
   * was.
   */
  mark(
    turn: number,
    sealed: { readonly position: string; readonly size: number },
    away?: readonly string[],
  ): Promise<boolean>;
}

/** The log, open to be written to by one. */
export interface LogWriter {
  size(): number;
  /** Seals leaves; gives the signed checkpoint, once they are on the disk and were read back. */
  add(leaves: readonly string[]): Promise<string>;
  /** Whether this very leaf is sealed, under this position. */
  holds(position: string, leaf: string): boolean;
  /** Whether any is sealed under this position. */
  knows(position: string): boolean;
  close(): void;
}

export interface LogFolder {
  /** The highest turn that has written to it, by its own word. */
  lastTurn(): Promise<number>;
  open(turn: number): Promise<LogWriter>;
}

/** How far sealing is behind. */
export interface SealingWatch {
  /** How long the oldest entry waits to be sealed, in ms; undefined where nobody has ever sealed. */
  lagMs(): number | undefined;
}
