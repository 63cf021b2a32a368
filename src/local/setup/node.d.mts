// Types of node.mjs, which is plain JavaScript because it also runs on the old Node that starts the set-up.

export declare const NODE_MINIMUM: readonly [number, number];
export declare const NODE_VERSION: string;
export declare function isNewEnough(version: string): boolean;
export declare function findNode(toolsDir: string, running?: string): string | undefined;
export declare function ensureNode(toolsDir: string, platform?: string): Promise<string>;
export declare function checkIntegrity(bytes: Uint8Array, integrity: string): void;
