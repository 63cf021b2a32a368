// One finding of the doctor, and how each check is kept from stopping the others.
import { within } from '../../contract/time.ts';
export type Finding = {
  readonly name: string;
  readonly ok: boolean;
  /** What was found; when it is not well, it ends with what to do. */
  readonly detail: string;
};

export const well = (name: string, detail: string): Finding => ({ name, ok: true, detail });
export const unwell = (name: string, detail: string): Finding => ({ name, ok: false, detail });

const PATIENCE_MS = 10_000;

/** Runs a check; one that throws or takes for ever is a finding too. */
export async function examine(name: string, check: () => Promise<readonly Finding[]>): Promise<readonly Finding[]> {
  const late = `does not answer within ${PATIENCE_MS / 1_000} s. Check its address and the network between.`;
  try {
    return (await within(check(), PATIENCE_MS)) ?? [unwell(name, late)];
  } catch (error) {
    return [unwell(name, error instanceof Error ? error.message : 'failed for no reason it gives; look into its log.')];
  }
}
