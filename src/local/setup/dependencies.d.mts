// Types of dependencies.mjs, which is plain JavaScript because it also runs on the old Node that starts the set-up.

export declare function areInstalled(root: string): boolean;
export declare function ensureDependencies(root: string, toolsDir: string): Promise<void>;
