// What can be wrong with blocks, told as Slack tells it: a sentence and the JSON pointer of the culprit.

export type Problem = {
  readonly pointer: string;
  readonly code: string;
  readonly message: string;
  readonly constraint?: { readonly type: string; readonly expected?: readonly string[]; readonly got?: string };
};

export function describeProblem(problem: Problem): string {
  return `[ERROR] ${problem.message} [json-pointer:${problem.pointer}]`;
}
