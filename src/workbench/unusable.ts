// What somebody gave a tool of the workbench cannot be used: said in one sentence that ends with the remedy.

/** The person's doing, not ours: a command that throws it ends with the code for usage. */
export class Unusable extends Error {
  override readonly name: string = 'Unusable';
}
