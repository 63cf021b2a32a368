// What is wrong with something that was sent.

/** One thing wrong: where (JSON pointer) and what, ending with the remedy. */
export type Fault = { readonly pointer: string; readonly message: string };
