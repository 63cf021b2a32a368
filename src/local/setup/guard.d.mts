// Types of guard.mjs, which is plain JavaScript because it also runs on the old Node that starts the set-up.

export declare function guard(pid: number, options?: { signal?: string; patienceS?: number }): () => void;
export declare function guardDirectory(directory: string): () => void;
