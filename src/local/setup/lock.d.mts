// Types of lock.mjs, which is plain JavaScript because it also runs on the old Node that starts the set-up.

export declare function withLock<T>(
  path: string,
  work: () => Promise<T>,
  options?: { onWait?: () => void },
): Promise<T>;
