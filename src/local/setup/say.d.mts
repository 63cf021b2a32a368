// Types of say.mjs, which is plain JavaScript because it also runs on the old Node that starts the set-up.

export declare function duration(ms: number): string;
export declare function say(line: string): void;
export declare function step<T>(label: string, work: () => Promise<T>): Promise<T>;
export declare function setupFailure(code: string, message: string, cause?: unknown): Error & { code: string };
export declare function explain(error: unknown): void;
